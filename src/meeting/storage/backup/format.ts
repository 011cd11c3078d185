import { z } from "zod";

/**
 * A backup is gzipped lines of JSON: what it is, then one line for each setting and object, then how many there were and
 * the SHA-256 of all lines before. It says nothing of tables and columns, so that either engine can take it in.
 */
export const FORMAT = 1;

const headSchema = z.object({
  turnpike: z.literal("backup"),
  format: z.int(),
  /** Of the storage that it was made from. */
  schema: z.int(),
  madeAt: z.string(),
  /** With which sealed values in it open, in hexadecimal. Without it a backup would be worth nothing alone. */
  key: z.string().regex(/^[0-9a-f]{64}$/),
});

const stored = z.union([z.string(), z.number(), z.boolean(), z.object({ sealed: z.string() })]);

const objectSchema = z.object({
  id: z.string().min(1),
  noun: z.string().min(1),
  parent: z.string().nullable(),
  fields: z.record(z.string(), stored),
  version: z.int().min(1),
  createdAt: z.int(),
  changedAt: z.int(),
});

const settingSchema = z.object({ name: z.string(), value: z.base64() });

const endSchema = z.object({ lines: z.int(), sha256: z.string() });

export const lineSchema = z.union([
  z.object({ head: headSchema }),
  z.object({ setting: settingSchema }),
  z.object({ object: objectSchema }),
  z.object({ end: endSchema }),
]);

export type BackupLine = z.output<typeof lineSchema>;
export type BackupHead = z.output<typeof headSchema>;
export type BackupObject = z.output<typeof objectSchema>;
export type BackupSetting = z.output<typeof settingSchema>;
