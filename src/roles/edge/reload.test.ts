import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { errorsOf, loadConfig, memoryLog, Scope } from "#base";
import { createAuthority, createSshKey, issueServer, openCertificateStore } from "#certificates";
import type { TurnServerOptions } from "#turn";
import { edgeConfig } from "./config.ts";
import { certificateUses, readMaterial } from "./material.ts";
import { Reloader } from "./reload.ts";

const HOST = "join.example.com";
const authority = await createAuthority("reloader test");
const fail = errorsOf({
  WORKER_GONE: { kind: "system", text: "the worker is gone", remedy: "wait" },
  TURN_NEEDS_RESTART: { kind: "config", text: "the realm needs a restart", remedy: "restart" },
  PROXY_REFUSES: { kind: "config", text: "the certificate is refused", remedy: "mend it" },
});
type Refusal = Parameters<typeof fail>[0];

/** A reloader over real files; web and TURN only keep what they were told, or refuse it once. */
async function reloader(context: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "turnpike-reloader-"));
  const scope = new Scope();
  context.after(async () => {
    await scope.close();
    rmSync(dir, { recursive: true });
  });
  mkdirSync(join(dir, "keys"));
  const put = (name: string, text: string) => writeFileSync(join(dir, name), text);
  const putWeb = async () => {
    const { certificate, key } = await issueServer(authority, { names: [HOST] });
    put("web.key", key);
    put("web.pem", certificate);
    return certificate;
  };
  const first = await putWeb();
  put("keys/host", createSshKey("edge").privateKey);
  put("keys/core.pub", createSshKey("core").publicKey);
  put("turn", "the-first-secret\n");
  put(
    "edge.yaml",
    `
joinHosts: [${HOST}]
web: { listen: "127.0.0.1:0", certificate: web.pem, key: web.key }
tunnel: { listen: "127.0.0.1:0", hostKey: keys/host, authorizedKeys: [keys/core.pub] }
turn: { listen: ["127.0.0.1:0"], relay: { address: 127.0.0.1 }, sharedSecretFile: turn }`,
  );
  const read = () => loadConfig(join(dir, "edge.yaml"), edgeConfig);
  const held: { web: string; secrets: readonly string[] } = { web: first, secrets: ["the-first-secret"] };
  const refuse: { web?: Refusal; turn?: Refusal } = {};
  let taken: (secrets: readonly string[]) => void = () => {};
  const proxy = {
    setCertificate: ({ certificate }: { certificate: string }) => {
      if (refuse.web) throw fail(refuse.web);
      held.web = certificate;
    },
  };
  const turn = {
    restart: () => Promise.reject(new Error("nobody asked for it")),
    configure: async ({ sharedSecrets }: TurnServerOptions) => {
      const code = refuse.turn;
      delete refuse.turn;
      if (code) throw fail(code);
      held.secrets = sharedSecrets;
      taken(sharedSecrets);
    },
  };
  const config = read();
  const certificates = await openCertificateStore(scope, { ...certificateUses(config), log: memoryLog() });
  const material = readMaterial(config, certificates);
  const parts = { certificates, proxy, turn, settle: () => {}, log: memoryLog() };
  const own = new Reloader({ config, material, read }, parts);
  const nextSecrets = () => new Promise<readonly string[]>((resolve) => (taken = resolve));
  return { own, scope, put, putWeb, held, refuse, nextSecrets, first };
}

test("a certificate that the web refuses leaves TURN as it was", async (context) => {
  const { own, put, putWeb, held, refuse, first } = await reloader(context);
  await putWeb();
  put("turn", "the-second-secret\n");
  refuse.web = "PROXY_REFUSES";
  await assert.rejects(own.reload(), { code: "PROXY_REFUSES" });
  assert.deepEqual(held, { web: first, secrets: ["the-first-secret"] });
});

test("settings that TURN refuses leave the web's certificate as it was, and both come with the next reload", async (context) => {
  const { own, put, putWeb, held, refuse, first } = await reloader(context);
  const second = await putWeb();
  put("turn", "the-second-secret\n");
  refuse.turn = "TURN_NEEDS_RESTART";
  await assert.rejects(own.reload(), { code: "TURN_NEEDS_RESTART" });
  assert.deepEqual(held, { web: first, secrets: ["the-first-secret"] });
  assert.deepEqual(await own.reload(), ["web certificate", "turn: tls", "turn: sharedSecrets"]);
  assert.deepEqual(held, { web: second, secrets: ["the-second-secret"] });
});

test("a file replaced while the TURN worker is gone is taken over when it is back", async (context) => {
  const { own, scope, put, refuse, nextSecrets } = await reloader(context);
  refuse.turn = "WORKER_GONE";
  const next = nextSecrets();
  own.watch(scope);
  put("turn", "the-second-secret-is-longer\n");
  assert.deepEqual(await next, ["the-second-secret-is-longer"]);
});
