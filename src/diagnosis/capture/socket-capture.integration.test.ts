import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer, request } from "node:https";
import net, { type AddressInfo, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import type { TLSSocket } from "node:tls";
import { Scope, systemClock } from "#base";
import { createAuthority, issueServer } from "#certificates";
import { openSocketCapture, type SocketCapture } from "./index.ts";
import { captureOptions, capturesIn, faults, tempFolder, tshark } from "./testing.ts";

const authority = await createAuthority("test authority");
const pair = await issueServer(authority, { names: ["join.test"] });
const DOWNLOAD = randomBytes(3 << 20);

/** A listener that does with each connection what the edge does: through the tap first, then to the server. */
async function listen(scope: Scope, capture: SocketCapture, take: (socket: Socket) => void, host = "127.0.0.1") {
  const listener = net.createServer({ noDelay: true, pauseOnConnect: false }, (socket) => {
    socket.on("error", () => {});
    take(capture.wrap(socket));
  });
  listener.listen(0, host);
  await once(listener, "listening");
  scope.defer(() => new Promise((resolve) => listener.close(() => resolve())));
  return (listener.address() as AddressInfo).port;
}

function webServer(origins: unknown[]) {
  const server = createHttpsServer({ cert: pair.certificate, key: pair.key }, async (incoming, response) => {
    const { remoteAddress, remotePort } = incoming.socket;
    origins.push({ remoteAddress, remotePort });
    const { length } = await buffer(incoming);
    response.end(incoming.url === "/download" ? DOWNLOAD : `${length}`);
  });
  server.emit("listening");
  return server;
}

async function ask(port: number, path: string, body?: Buffer) {
  const options = { host: "127.0.0.1", port, path, servername: "join.test", ca: authority.certificate, agent: false };
  const call = request({ ...options, method: body ? "POST" : "GET" });
  call.end(body);
  const [response] = await once(call, "response");
  const { localPort } = call.socket as TLSSocket;
  return { answer: await buffer(response), localPort };
}

test("what HTTPS carried is in the capture as on the wire, whole and in order, and the server saw the client's address", async () => {
  await using scope = new Scope();
  const folder = tempFolder(scope);
  const capture = openSocketCapture(scope, "proxy", systemClock);
  const origins: unknown[] = [];
  const server = webServer(origins);
  scope.defer(() => void server.close());
  const port = await listen(scope, capture, (socket) => void server.emit("connection", socket));
  await capture.start(captureOptions(folder));
  const { answer, localPort } = await ask(port, "/download");
  assert.ok(answer.equals(DOWNLOAD));
  const upload = await ask(port, "/upload", DOWNLOAD);
  assert.equal(String(upload.answer), String(DOWNLOAD.length));
  assert.deepEqual(origins[0], { remoteAddress: "127.0.0.1", remotePort: localPort });
  await capture.stop();
  const [file] = capturesIn(folder);
  assert.deepEqual(await faults(file!), []);
  const decode = ["-d", `tcp.port==${port},tls`];
  const hellos = await tshark(file!, "tls.handshake.type == 1", ["tls.handshake.extensions_server_name"], ...decode);
  assert.deepEqual(hellos, [["join.test"], ["join.test"]]);
  const streams = await tshark(file!, "tcp.len > 0", ["tcp.stream", "tcp.srcport", "tcp.len"]);
  const sent = streams.filter(([stream, from]) => stream === "0" && from === String(port));
  const bytes = sent.reduce((sum, [, , length]) => sum + Number(length), 0);
  assert.ok(bytes > DOWNLOAD.length && bytes < DOWNLOAD.length * 1.01, `${bytes} bytes`);
  const ends = await tshark(file!, "tcp.flags.syn == 1 || tcp.flags.fin == 1", ["tcp.stream", "tcp.srcport"]);
  assert.deepEqual(ends[0], ["0", String(localPort)]);
  assert.equal(capture.state().state, "idle");
});

test("only connections of the filter are shown, and those that were open before by how much they carried", async () => {
  await using scope = new Scope();
  const folder = tempFolder(scope);
  const capture = openSocketCapture(scope, "proxy", systemClock);
  const port = await listen(scope, capture, (socket) => void socket.pipe(socket));
  const other = await listen(scope, capture, (socket) => void socket.pipe(socket));
  const early = net.connect(port, "127.0.0.1");
  early.write("before");
  await once(early, "data");
  await capture.start(captureOptions(folder, { filter: { prefixes: ["127.0.0.0/8"], ports: [port] } }));
  early.write("during");
  await once(early, "data");
  for (const at of [port, other]) {
    const client = net.connect(at, "127.0.0.1");
    client.end("hello");
    assert.equal(String(await buffer(client)), "hello");
  }
  capture.note("DEBUG_MARKER here");
  await capture.stop();
  early.destroy();
  const [file] = capturesIn(folder);
  const ports = await tshark(file!, "tcp.flags.syn == 1 && tcp.flags.ack == 0", ["tcp.dstport"]);
  assert.deepEqual(ports, [[String(port)]]);
  const notes = (await tshark(file!, "systemd_journal", ["systemd_journal.message"])).map(([text]) => text!);
  assert.match(notes[0]!, /was open before the capture began, with 6 bytes in and 6 out: it is not shown$/);
  assert.equal(notes[1], "DEBUG_MARKER here");
  assert.match(notes[2]!, /: 6 bytes in and 6 out during the capture$/);
  assert.deepEqual(await faults(file!), []);
});

test("a client that closes its sending side still gets its answer, and one that resets is shown as reset", async () => {
  await using scope = new Scope();
  const folder = tempFolder(scope);
  const capture = openSocketCapture(scope, "proxy", systemClock);
  const web = createHttpServer((_request, response) => void response.end("still here"));
  web.emit("listening");
  const http = net.createServer({ allowHalfOpen: true }, (socket) => void web.emit("connection", capture.wrap(socket)));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  scope.defer(() => new Promise((resolve) => http.close(() => resolve())));
  scope.defer(() => void web.close());
  await capture.start(captureOptions(folder));
  const { port } = http.address() as AddressInfo;
  const halfClosed = net.connect(port, "127.0.0.1");
  halfClosed.end("GET /?secret=s3cr3t HTTP/1.1\r\nhost: a\r\ncookie: id=s3cr3t\r\n\r\n");
  assert.match(String(await buffer(halfClosed)), /still here$/);
  const accepted = once(web, "connection") as Promise<[Socket]>;
  const reset = net.connect(port, "127.0.0.1");
  await once(reset, "connect");
  const [server] = await accepted;
  reset.resetAndDestroy();
  await new Promise((resolve) => server.once("close", resolve));
  await capture.stop();
  const [file] = capturesIn(folder);
  assert.deepEqual(await faults(file!), []);
  const resets = await tshark(file!, "tcp.flags.reset == 1", ["tcp.stream"]);
  assert.deepEqual(resets, [["1"]]);
  const requests = await tshark(
    file!,
    "http.request",
    ["http.request.uri", "http.host", "http.cookie"],
    "-d",
    `tcp.port==${port},http`,
  );
  assert.deepEqual(requests, [["/?*************", "a", "*********"]]);
});

test("IPv6 and dual-stack connections are shown by the addresses of the wire", async () => {
  await using scope = new Scope();
  const folder = tempFolder(scope);
  const capture = openSocketCapture(scope, "proxy", systemClock);
  const port = await listen(scope, capture, (socket) => void socket.pipe(socket), "::");
  await capture.start(captureOptions(folder));
  for (const host of ["::1", "127.0.0.1"]) {
    const client = net.connect(port, host);
    client.end(randomBytes(100_000));
    await buffer(client);
  }
  await capture.stop();
  const [file] = capturesIn(folder);
  const opened = await tshark(file!, "tcp.flags == 0x002", ["ip.dst", "ipv6.dst", "frame.interface_name"]);
  assert.deepEqual(opened, [
    ["", "::1", "lo"],
    ["127.0.0.1", "", "lo"],
  ]);
  assert.deepEqual(await faults(file!), []);
});
