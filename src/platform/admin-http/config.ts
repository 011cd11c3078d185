import { z } from "zod";
import { hostPort, path } from "#base";

/** `admin:` of a role's file. */
export const adminSection = z.strictObject({
  listen: hostPort().describe("address and port of the administration, HTTPS; never a public one"),
  certificate: path().describe("PEM file of its certificate chain"),
  key: path().describe("PEM file of its private key"),
  ca: path()
    .optional()
    .describe("PEM file of a private authority that administrators' machines trust, if it is from one"),
  accountsFile: path()
    .default("secrets/administrators.json")
    .describe("who may sign in, written by `turnpike admin`; changes hold at once"),
  auditFile: path()
    .default("audit.log")
    .describe("who signed in and who changed what, as JSON lines; five files of 10 MiB are kept"),
  idleTimeoutMinutes: z
    .int()
    .min(1)
    .max(720)
    .default(30)
    .describe("minutes after which a session that does nothing ends; each ends after 12 hours"),
});

export type AdminConfig = z.output<typeof adminSection>;
