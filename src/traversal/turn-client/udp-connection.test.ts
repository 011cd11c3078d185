import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { Scope } from "#base";
import { attribute, attributes } from "#stun";
import { scriptedServer } from "./scripted-server.ts";

/** Asks a server for a binding, and a port where nobody is. */
const CLIENT = `
  import { parentPort, workerData } from "node:worker_threads";
  const { Scope } = await import(workerData.base);
  const { askBinding } = await import(workerData.door);
  const { nativeAvailable } = await import(workerData.native);
  const scope = new Scope();
  const ask = (server) =>
    askBinding(scope, { server, transport: "udp", credentials: () => ({ username: "u", password: "p" }) });
  const answers = [];
  for (const server of workerData.servers) answers.push(await ask(server).then(() => "answered", (error) => error.code));
  parentPort.postMessage({ native: nativeAvailable(), answers });
`;

test("where the addon is not built, node:dgram serves", async () => {
  await using scope = new Scope();
  const mapped = attribute(attributes.xorMappedAddress, { address: "192.0.2.1", port: 1 });
  const alive = await scriptedServer(scope, () => [{ unsigned: true, list: [mapped] }]);
  const gone = new Scope();
  const closed = await scriptedServer(gone, () => []);
  await gone.close();
  const url = (name: string) => import.meta.resolve(name);
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(CLIENT)}`), {
    env: { ...process.env, TURNPIKE_NATIVE_ADDON: "/nowhere/turnpike.node" },
    workerData: { base: url("#base"), door: url("#turn-client"), native: url("#native"), servers: [alive, closed] },
  });
  const [told] = await once(worker, "message");
  assert.deepEqual(told, { native: false, answers: ["answered", "TURN_CLIENT_UNREACHABLE"] });
  await worker.terminate();
});
