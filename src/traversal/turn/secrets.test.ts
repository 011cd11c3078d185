import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { memoryLog, Scope, textOf } from "#base";
import { attributes, Method } from "#stun";
import { shortTermCredentials } from "#turn-client";
import { until } from "#until";
import { startTurnWorker, type TurnServerOptions, type TurnWorker } from "./index.ts";
import { RawClient } from "./raw-client.ts";
import { rawAttribute } from "./raw-signing.ts";
import { certificateFor } from "./streams/test-world.ts";
import { ANNA, BRIDGE, lifetime, peerAddress, testOptions, UDP, userOf } from "./test-world.ts";

const SECRETS = ["rollover-secret-of-yesterday", "rollover-secret-of-today"];
const TYPED_AS_NAME = "a password typed as user name";

/** All that must not be seen, in every spelling that there is of it. */
function forbiddenIn({ tls, users, sharedSecrets }: TurnServerOptions, passwords: readonly string[]): string[] {
  const keys = users.flatMap(({ md5, sha256 }) => [md5, sha256]);
  const texts = [...sharedSecrets, ...passwords, ...keys.map((key) => Buffer.from(key, "hex").toString("latin1"))];
  const spelled = texts.flatMap((text) => [
    text,
    ...(["hex", "base64"] as const).map((as) => Buffer.from(text, "latin1").toString(as)),
  ]);
  return [...spelled, ...tls!.key.split("\n").filter((line) => line.length > 20 && !line.startsWith("-----"))];
}

/** What clients do right and wrong, over all answers that there are for it. */
async function exercise(scope: Scope, worker: TurnWorker, accounts: readonly (typeof ANNA)[]): Promise<void> {
  const [at] = worker.listening;
  for (const [i, account] of accounts.entries()) {
    // Each from an address of its own: a source is answered so often only.
    const client = await RawClient.udp(scope, at!, `127.0.${worker.restarts}.${2 + i}`);
    await client.allocate({ ...account, password: `${account.password}?` });
    await client.allocate({ username: TYPED_AS_NAME, password: account.password });
    await client.allocate(account, [rawAttribute(attributes.lifetime, "00")]);
    await client.allocate(account);
    await client.request(Method.allocate, [UDP], account);
    await client.request(Method.createPermission, [peerAddress("10.0.0.1")], account);
    await client.request(Method.refresh, [{ type: 0x7ff0, encode: () => new Uint8Array(4) }], account);
    client.nonce = "stale";
    await client.request(Method.refresh, [lifetime(900)], account);
    await client.request(Method.refresh, [lifetime(0)], account);
    await client.allocate(account);
  }
}

test("no secret, password or key is in the log, the status, an error or the command line, whatever happens", async () => {
  await using scope = new Scope();
  const log = memoryLog();
  const users = [userOf(ANNA, "guest"), userOf(BRIDGE, "bridge")];
  const options = testOptions({ users, sharedSecrets: SECRETS, tls: await certificateFor("turn.test") });
  const worker = await startTurnWorker(scope, options, log);
  worker.setLevel("debug");
  const shortTerm = SECRETS.map((secret) => shortTermCredentials(secret, "guest", "g1", Date.now() + 60_000));
  const accounts = [ANNA, BRIDGE, ...shortTerm];
  const seen: unknown[] = [];
  const look = async () => {
    seen.push(await worker.status(), await worker.allocations(), await worker.why("anna", "8.8.8.8"));
    for (const file of ["cmdline", "environ"]) seen.push(readFileSync(`/proc/${worker.pid}/${file}`, "latin1"));
  };
  const refused = async (doing: Promise<unknown>) =>
    doing.then(
      () => assert.fail("it is refused"),
      (error: Error) => seen.push(textOf(error), String(error.stack), JSON.stringify(error)),
    );
  await exercise(scope, worker, accounts);
  await look();
  await worker.configure({ ...options, sharedSecrets: [...SECRETS].reverse() });
  await refused(worker.configure({ ...options, realm: "other" }));
  await refused(worker.configure({ ...options, tls: { ...options.tls!, certificate: "no certificate" } }));
  await refused(worker.configure({ ...options, tls: { ...options.tls!, key: options.tls!.key.slice(0, 100) } }));
  await refused(worker.why(SECRETS[0]!.slice(0, 5), "8.8.8.8"));
  await worker.drain(true);
  await look();
  process.kill(worker.pid, "SIGKILL");
  await until(() => worker.restarts === 1);
  await worker.drain(false);
  await exercise(scope, worker, accounts);
  await look();
  const text = JSON.stringify([log.lines, seen]);
  const passwords = [...accounts.map(({ password }) => password), TYPED_AS_NAME];
  for (const secret of forbiddenIn(options, passwords)) assert.ok(!text.includes(secret), `${secret} is hidden`);
  for (const event of ["TURN allocation ended", "TURN peer refused", "TURN request refused", "TURN request malformed"])
    assert.ok(
      log.lines.some((line) => line.event === event),
      `${event} was looked at`,
    );
});
