import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { z } from "zod";
import { failureOf } from "#admin-http";
import { ConfigFile, type TurnpikeError } from "#base";
import { ConfigDesk } from "./config-desk.ts";

const schema = z.strictObject({ port: z.int().default(443) });

test("of two who change the configuration the slower meets a conflict, which is no fault of its request", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "config-desk-"));
  t.after(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, "role.yaml"), "port: 8443\n");
  const file = new ConfigFile(join(dir, "role.yaml"), schema);
  const takeOver = async () => [];
  const desk = new ConfigDesk({ file, editable: ["port"], takeOver, holds: () => file.read(), needRestart: () => [] });
  const { revision } = desk;
  const change = (path: string, value: number, known?: string) => desk.change([{ path: [path], value }], known);
  await change("port", 1000, revision);
  const statusOf = async (changing: Promise<unknown>) => {
    const { status, body } = failureOf((await changing.catch((thrown: unknown) => thrown)) as TurnpikeError);
    return `${status} ${body.error.code}`;
  };
  assert.equal(await statusOf(change("port", 2000, revision)), "409 CONFIG_CHANGED_MEANWHILE");
  assert.equal(await statusOf(change("port", "no number" as never)), "409 CONFIG_BAD_VALUE");
  assert.equal(file.read().port, 1000);
});
