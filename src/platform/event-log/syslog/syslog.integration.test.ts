import assert from "node:assert/strict";
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import type { Alarms } from "#alarms";
import { createAuthority, issueServer } from "#certificates";
import { testEventLog } from "../testing.ts";

const HEADER = "<134>1 2026-02-03T04:05:06.007Z bridge.example.com turnpike";

/** Octet-counted messages as they come, whatever connection brings them. */
function receiver(context: TestContext, server: Server) {
  const [got, sockets] = [[] as string[], new Set<Socket>()];
  let told = Promise.withResolvers<void>();
  const take = (socket: Socket) => {
    sockets.add(socket);
    let rest = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (data) => {
      rest = Buffer.concat([rest, data]);
      for (;;) {
        const length = /^(\d+) /.exec(rest.toString("latin1", 0, 10));
        if (!length || rest.length < length[0].length + Number(length[1])) break;
        const end = length[0].length + Number(length[1]);
        got.push(rest.toString("utf8", length[0].length, end));
        rest = rest.subarray(end);
      }
      told.resolve();
      told = Promise.withResolvers();
    });
  };
  server.on("connection", (socket: Socket) => sockets.add(socket));
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  context.after(stop);
  const until = async (count: number) => {
    while (got.length < count) await told.promise;
    return got;
  };
  return { got, take, stop, until };
}

async function listen(server: Server, port = 0): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

function alarm(alarms: Alarms, wanted: "raised" | "cleared"): Promise<string> {
  return new Promise((resolve) => {
    alarms.onChange(({ type, subject, text }, what) => {
      if (what === wanted) resolve(`${type} ${subject?.id}: ${text}`);
    });
  });
}

test("over UDP each line is one datagram of RFC 5424, with the BOM only if it is not ASCII", async (context) => {
  const { open } = testEventLog(context);
  const socket: UdpSocket = createSocket("udp4");
  context.after(() => socket.close());
  const got: Buffer[] = [];
  let told = Promise.withResolvers<void>();
  socket.on("message", (message) => {
    got.push(message);
    told.resolve();
    told = Promise.withResolvers();
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const events = await open(`{ syslog: [{ host: 127.0.0.1, port: ${socket.address().port} }] }`);
  events.write("info", "plain");
  events.setTracing("ice", 1);
  events.trace("ice", () => "Zoë");
  events.write("error", "ü".repeat(3000));
  while (got.length < 4) await told.promise;
  assert.equal(got[0]!.toString(), `${HEADER} ${process.pid} general - plain`);
  assert.equal(got[2]!.toString(), `${HEADER} ${process.pid} ice - \ufeffZoë`);
  assert.match(got[3]!.toString(), /^<131>1 .*ü$/);
  assert.ok(got[3]!.length <= 2048 && got[3]!.length > 2040);
});

test("a UDP port at which nobody listens raises the alarm", async (context) => {
  const { open, alarms } = testEventLog(context);
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  const raised = alarm(alarms, "raised");
  (await open(`{ syslog: [{ host: 127.0.0.1, port: ${port} }] }`)).write("info", "x");
  assert.match(await raised, new RegExp(`^syslogUndeliverable 127.0.0.1:${port}: .*ECONNREFUSED`));
});

test("over TCP lines wait for a server that is down, and arrive in order when it is back", async (context) => {
  const { open, alarms } = testEventLog(context);
  const first = createServer();
  const one = receiver(context, first);
  first.on("connection", one.take);
  const port = await listen(first);
  const events = await open(`{ syslog: [{ host: 127.0.0.1, port: ${port}, transport: tcp, minimumLevel: warning }] }`);
  events.write("info", "not sent");
  events.write("warning", "one\nline");
  assert.match((await one.until(1))[0]!, /^<132>1 .* general - one\\nline$/);
  const raised = alarm(alarms, "raised");
  await one.stop();
  assert.match(await raised, /cannot be reached/);
  for (let i = 0; i < 5100; i++) events.write("error", `${i}`);
  const second = createServer();
  const two = receiver(context, second);
  second.on("connection", two.take);
  const cleared = alarm(alarms, "cleared");
  await listen(second, port);
  const got = await two.until(5001);
  assert.match(got[0]!, /100 lines were not sent to this syslog server/);
  assert.match(got[1]!, / - 100$/);
  assert.match(got[5000]!, / - 5099$/);
  assert.match(await cleared, /^syslogUndeliverable/);
});

test("a server that takes nothing does not hold up the writer", async (context) => {
  const { open } = testEventLog(context);
  const server = createServer({ pauseOnConnect: true });
  receiver(context, server);
  const port = await listen(server);
  const events = await open(`{ syslog: [{ host: 127.0.0.1, port: ${port}, transport: tcp }] }`);
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 50_000; i++) events.write("info", "x".repeat(1000));
  assert.ok(process.memoryUsage().heapUsed - before < 150e6);
});

async function tlsPlace(context: TestContext) {
  const place = testEventLog(context);
  const authority = await createAuthority("test");
  const pair = await issueServer(authority, { names: ["localhost"] });
  const ca = join(place.dir, "ca.pem");
  writeFileSync(ca, authority.certificate);
  const server = createTlsServer({ cert: pair.certificate, key: pair.key });
  const taken = receiver(context, server);
  server.on("secureConnection", taken.take);
  server.on("tlsClientError", () => {});
  return { ...place, ca, ...taken, port: await listen(server) };
}

test("over TLS lines go to a server with a certificate of the given authority", async (context) => {
  const { open, ca, port, until } = await tlsPlace(context);
  const events = await open(`{ syslog: [{ host: localhost, port: ${port}, transport: tls, ca: ${ca} }] }`);
  events.write("info", "sealed");
  assert.match((await until(1))[0]!, / - sealed$/);
});

test("a TLS server with a certificate of another authority is given nothing", async (context) => {
  const { open, alarms, port, got } = await tlsPlace(context);
  const raised = alarm(alarms, "raised");
  const events = await open(`{ syslog: [{ host: localhost, port: ${port}, transport: tls }] }`);
  events.write("info", "sealed");
  assert.match(await raised, /certificate/);
  assert.deepEqual(got, []);
});

test("a CA file that holds no certificate stops the start", async (context) => {
  const { open, dir } = testEventLog(context);
  writeFileSync(join(dir, "ca.pem"), "hello");
  await assert.rejects(open("{ syslog: [{ host: a, transport: tls, ca: ca.pem }] }"), {
    code: "EVENT_LOG_BAD_SYSLOG_CA",
  });
});
