import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import net, { type AddressInfo, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import tls from "node:tls";
import ssh2 from "ssh2";
import { Scope, systemClock } from "#base";
import { createAuthority, issueServer } from "#certificates";
import { openSocketCapture, type SocketCapture } from "./index.ts";
import { captureOptions, capturesIn, faults, tempFolder, tshark } from "./testing.ts";

const TEXT = "x".repeat(500_000);

/** A capture of each end: the core dials, the edge accepts. */
async function world(t: TestContext, accept: (socket: Socket) => void) {
  const scope = new Scope();
  t.after(() => scope.close());
  const ends = ["core", "edge"].map((name) => ({
    capture: openSocketCapture(scope, name, systemClock),
    folder: tempFolder(scope),
  }));
  const [core, edge] = ends as [(typeof ends)[0], (typeof ends)[0]];
  for (const { capture, folder } of ends) await capture.start(captureOptions(folder));
  const server = net.createServer((socket) => accept(edge.capture.wrap(socket))).listen(0, "127.0.0.1");
  await once(server, "listening");
  scope.defer(() => new Promise((resolve) => server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  const dialled = net.connect(port, "127.0.0.1");
  await once(dialled, "connect");
  return { port, dialled: core.capture.wrap(dialled), core, edge };
}

async function fileOf({ capture, folder }: { capture: SocketCapture; folder: string }): Promise<string> {
  await capture.stop();
  return capturesIn(folder)[0]!;
}

test("an SSH connection is carried through the captures of both ends, which see the same", async (t) => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const ssh = new ssh2.Server({ hostKeys: [privateKey.export({ type: "pkcs1", format: "pem" })] }, (client) => {
    client.on("authentication", (context) => context.accept());
    client.on("session", (session) => {
      session().on("exec", (start) => void start().end(TEXT));
    });
  });
  const { port, dialled, core, edge } = await world(t, (socket) => void ssh.injectSocket(socket));
  const client = new ssh2.Client();
  client.connect({ sock: dialled, username: "core" });
  await once(client, "ready");
  const answer = await new Promise<ssh2.ClientChannel>(
    (resolve) => void client.exec("x", (_, channel) => resolve(channel)),
  );
  assert.equal(String(await buffer(answer)), TEXT);
  const ended = once(client, "close");
  client.end();
  await ended;
  const versions: string[][] = [];
  for (const end of [core, edge]) {
    const file = await fileOf(end);
    assert.deepEqual(await faults(file), []);
    const fields = ["tcp.srcport", "ssh.protocol"];
    versions.push(...(await tshark(file, "ssh.protocol", fields, "-d", `tcp.port==${port},ssh`)));
  }
  assert.equal(versions.length, 4);
  assert.ok(versions.every(([, text]) => text!.startsWith("SSH-2.0-ssh2js")));
  assert.deepEqual(versions.slice(0, 2).sort(), versions.slice(2).sort());
});

test("TLS that we dial is captured too, and the one that dialled begins", async (t) => {
  const authority = await createAuthority("test authority");
  const pair = await issueServer(authority, { names: ["wb.test"] });
  const context = tls.createSecureContext({ cert: pair.certificate, key: pair.key });
  const { port, dialled, core, edge } = await world(t, (socket) => {
    const secure = new tls.TLSSocket(socket, { isServer: true, secureContext: context });
    secure.pipe(secure);
  });
  const client = tls.connect({ socket: dialled, ca: authority.certificate, servername: "wb.test" });
  client.end(TEXT);
  assert.equal(String(await buffer(client)), TEXT);
  for (const end of [core, edge]) {
    const file = await fileOf(end);
    assert.deepEqual(await faults(file), []);
    assert.deepEqual(await tshark(file, "tcp.flags == 0x002", ["tcp.dstport"]), [[String(port)]]);
    const hello = ["tls.handshake.extensions_server_name"];
    assert.deepEqual(await tshark(file, "tls.handshake.type == 1", hello, "-d", `tcp.port==${port},tls`), [
      ["wb.test"],
    ]);
  }
});
