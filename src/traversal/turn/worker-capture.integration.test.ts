import assert from "node:assert/strict";
import { basename } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { memoryLog, Scope } from "#base";
import { createAuthority, issueServer } from "#certificates";
import { until } from "#until";
import { captureOptions, capturesIn, faults, tempFolder, tshark } from "../../diagnosis/capture/testing.ts";
import { runTool, startPeer } from "./coturn-world.ts";
import { startTurnWorker } from "./index.ts";
import { LIMITS, relayOptions, SECRET, testOptions } from "./test-world.ts";

const authority = await createAuthority("capture test");
const tls = await issueServer(authority, { names: ["localhost"], addresses: ["127.0.0.1"] });
const HERE = ["127.0.0.0/8"];

async function world(t: TestContext) {
  const scope = new Scope();
  t.after(() => scope.close());
  const log = memoryLog();
  const options = testOptions({
    tls,
    relay: relayOptions({ ipv4: { address: "127.0.0.1", advertised: "127.0.0.1" } }),
    allowPeers: { guest: HERE, bridge: HERE },
    limits: { ...LIMITS, allocationsPerUser: 100, allocations: 100 },
  });
  const worker = await startTurnWorker(scope, options, log);
  const peer = await startPeer(scope);
  const client = async (flags: string) => {
    const { port } = worker.listening[0]!;
    const server = `-u user -W ${SECRET} -p ${port} -X -c -n 10 -m 1 ${flags} 127.0.0.1`;
    const { output, ended } = await runTool("turnutils_uclient", server);
    // Over TLS it misses messages that share a record with the one before them.
    assert.ok(ended && (flags.includes("-S") || /Total lost packets 0 /.test(output)), output);
  };
  return { log, worker, peer, client, folder: tempFolder(scope), port: worker.listening[0]!.port };
}

describe("the TURN worker", { concurrency: 4 }, () => {
  test("a capture of the worker has each message, channel packet and relayed packet of a real client", async (t) => {
    const { worker, peer, client, folder, port } = await world(t);
    await worker.capture.start(captureOptions(folder));
    await client(`-e 127.0.0.1 -r ${peer}`);
    worker.capture.note("DEBUG_MARKER between UDP and TCP");
    await client(`-t -e 127.0.0.1 -r ${peer}`);
    await client("-y");
    const state = await worker.capture.state();
    assert.ok(state.state === "running" && state.dropped === 0, JSON.stringify(state));
    await worker.capture.stop();
    const [file] = capturesIn(folder);
    assert.deepEqual(await faults(file!), []);
    const messages = await tshark(file!, `udp.port == ${port} && stun.type`, ["stun.type.method", "stun.type.class"]);
    const kinds = new Set(messages.map((row) => row.join(" ")));
    for (const kind of ["0x0003 0x0000", "0x0003 0x0011", "0x0003 0x0010", "0x0009 0x0000", "0x0009 0x0010"])
      assert.ok(kinds.has(kind), `${kind} of ${[...kinds]}`);
    const channels = await tshark(file!, `udp.port == ${port} && stun.channel`, ["udp.srcport"]);
    assert.ok(channels.length >= 40, `${channels.length} packets on channels`);
    const relayed = await tshark(file!, `udp.port == ${peer}`, ["udp.srcport", "frame.interface_name"]);
    assert.ok(relayed.filter(([from]) => from === String(peer)).length >= 20 && relayed.length >= 40);
    const inMemory = await tshark(file!, 'frame.interface_name == "memory"', ["udp.length"]);
    assert.ok(inMemory.length >= 20, `${inMemory.length} hairpin packets`);
    const segments = await tshark(file!, `tcp.port == ${port}`, ["stun.type", "stun.channel"]);
    // A segment may have several.
    const overTcp = segments.flat().flatMap((found) => found.split(",").filter((one) => one !== ""));
    assert.ok(overTcp.length >= 45, `${overTcp.length} frames over TCP`);
    assert.equal((await tshark(file!, "systemd_journal", ["systemd_journal.message"])).length, 1);
  });

  test("TURN over TLS is captured as ciphertext, and a filter leaves the rest out", async (t) => {
    const { worker, peer, client, folder, port } = await world(t);
    await worker.capture.start(captureOptions(folder, { filter: { prefixes: ["127.0.0.1"], ports: [port] } }));
    await client(`-t -S -e 127.0.0.1 -r ${peer}`);
    await worker.capture.stop();
    const [file] = capturesIn(folder);
    const decode = ["-d", `tcp.port==${port},tls`];
    assert.deepEqual(await faults(file!), []);
    assert.ok((await tshark(file!, "tls.handshake.type == 1", ["frame.number"], ...decode)).length >= 1);
    // The client takes TLS 1.2 or 1.3 at random, and tshark has a field for each.
    const data = "tls.record.content_type == 23 || tls.record.opaque_type == 23";
    const records = await tshark(file!, data, ["tcp.len"], ...decode);
    const bytes = records.reduce((sum, [length]) => sum + Number(length), 0);
    assert.ok(bytes > 20 * 100, `${bytes} bytes`);
    assert.deepEqual(await tshark(file!, `!(tcp.port == ${port} || udp.port == ${port})`, ["frame.number"]), []);
  });

  test("with its start anew a worker goes on with the capture in another file", async (t) => {
    const { worker, peer, client, folder } = await world(t);
    await worker.capture.start(captureOptions(folder));
    await client(`-e 127.0.0.1 -r ${peer}`);
    await until(() => capturesIn(folder).length === 1);
    process.kill(worker.pid, "SIGKILL");
    await until(() => worker.restarts === 1);
    await client(`-e 127.0.0.1 -r ${peer}`);
    await worker.capture.stop();
    const files = capturesIn(folder);
    assert.deepEqual(
      files.map((file) => basename(file)),
      ["turn-00001.pcapng", "turn-00002.pcapng"],
    );
    assert.ok((await tshark(files[1]!, "udp", ["frame.number"])).length > 20);
  });

  test("lines at debug come from the worker only while they are asked for, and tell every message", async (t) => {
    const { worker, peer, client, log } = await world(t);
    // What the worker has said before it answers has come before the answer.
    const debug = async () => {
      await worker.status();
      return log.lines.filter(({ level }) => level === "debug");
    };
    await client(`-e 127.0.0.1 -r ${peer}`);
    assert.deepEqual(await debug(), []);
    worker.setLevel("debug");
    await client(`-e 127.0.0.1 -r ${peer}`);
    const told = (await debug()).filter(({ event }) => event === "TURN message");
    for (const [method, kind, error] of [
      ["allocate", "request", undefined],
      ["allocate", "error", 401],
      ["allocate", "success", undefined],
      ["channelBind", "success", undefined],
    ])
      assert.ok(
        told.some(({ fields }) => fields.method === method && fields.class === kind && fields.error === error),
        `${method} ${kind} in ${JSON.stringify(told.map(({ fields }) => [fields.method, fields.class, fields.error]))}`,
      );
    assert.ok(log.lines.every((line) => !JSON.stringify(line).includes(SECRET)));
    worker.setLevel("info");
    const count = (await debug()).length;
    await client(`-e 127.0.0.1 -r ${peer}`);
    assert.equal((await debug()).length, count);
  });
});
