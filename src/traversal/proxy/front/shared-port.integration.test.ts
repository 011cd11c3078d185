import assert from "node:assert/strict";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { test } from "node:test";
import type { ConnectionOptions } from "node:tls";
import { until } from "#until";
import { HOST, heard } from "../testing/road.ts";
import { byteByByte, GET, STUN, secured, sharedPort, TURN_NAME, tcp } from "../testing/shared-port.ts";

type Place = "turn" | RegExp;

/** What a client opens TLS with, what it sends inside, and where that must go: to TURN, or to the web with this answer. */
const INSIDE_TLS: readonly (readonly [what: string, tls: ConnectionOptions, bytes: Buffer, to: Place])[] = [
  ["ALPN stun.turn", { ALPNProtocols: ["stun.turn"] }, STUN, "turn"],
  ["ALPN stun.nat-discovery", { ALPNProtocols: ["stun.nat-discovery"] }, STUN, "turn"],
  [
    "ALPN stun.turn and a join host's name",
    { servername: HOST, ALPNProtocols: ["http/1.1", "stun.turn"] },
    STUN,
    "turn",
  ],
  ["the name of TURN", { servername: TURN_NAME.toUpperCase() }, STUN, "turn"],
  ["the name of TURN and TLS 1.2", { servername: TURN_NAME, maxVersion: "TLSv1.2" }, STUN, "turn"],
  ["the name of TURN and ALPN http/1.1", { servername: TURN_NAME, ALPNProtocols: ["http/1.1"] }, STUN, "turn"],
  ["no name, then STUN", {}, STUN, "turn"],
  ["an address as its name, then STUN", { servername: "192.0.2.1" }, STUN, "turn"],
  ["a join host's name, then STUN", { servername: HOST }, STUN, "turn"],
  ["a join host's name and TLS 1.2, then STUN", { servername: HOST, maxVersion: "TLSv1.2" }, STUN, "turn"],
  ["a join host's name, then HTTP", { servername: HOST }, GET, /^HTTP\/1.1 200 [\s\S]*inside$/],
  ["a join host's name and TLS 1.2, then HTTP", { servername: HOST, maxVersion: "TLSv1.2" }, GET, /^HTTP\/1.1 200 /],
  ["ALPN http/1.1, then HTTP", { servername: HOST, ALPNProtocols: ["h2", "http/1.1"] }, GET, /^HTTP\/1.1 200 /],
  ["ALPN http/1.1, then STUN", { servername: HOST, ALPNProtocols: ["http/1.1"] }, STUN, /^HTTP\/1.1 400 /],
  ["no name, then HTTP", {}, GET, /^HTTP\/1.1 421 /],
  ["an address as its name, then HTTP", { servername: "192.0.2.1" }, GET, /^HTTP\/1.1 421 /],
  [
    "a join host's name, then ChannelData",
    { servername: HOST },
    Buffer.from("400100040a0b0c0d", "hex"),
    /^HTTP\/1.1 400 /,
  ],
];

for (const slowly of [false, true]) {
  const how = slowly ? "byte by byte" : "at once";

  test(`TURN over TCP that comes ${how} is handed over whole, with the client's address`, async (t) => {
    const w = await sharedPort(t);
    const client = await tcp(w.port);
    (slowly ? byteByByte(client) : client).write(STUN);
    const [turn] = await until(() => w.taken[0]?.heard.length === STUN.length && w.taken, "TURN has all of it");
    assert.deepEqual(turn!.heard, STUN);
    const address = { address: "127.0.0.1", port: client.localPort! };
    assert.deepEqual(turn!.origin, { client: address, transport: "tcp" });
    client.destroy();
  });

  for (const [what, options, bytes, to] of INSIDE_TLS)
    test(`TLS with ${what}, ${how}, goes to ${to === "turn" ? "TURN" : `the web (${to.source})`}`, async (t) => {
      const w = await sharedPort(t);
      const wire = await tcp(w.port);
      const client = await secured(slowly ? byteByByte(wire) : wire, options);
      if (slowly) for (const byte of bytes) client.write(Uint8Array.of(byte));
      else client.write(bytes);
      if (to !== "turn") {
        assert.match(await heard(client), to);
        assert.equal(w.taken.length, 0);
        return;
      }
      const [turn] = await until(() => w.taken[0]?.heard.length === bytes.length && w.taken, "TURN has all of it");
      assert.deepEqual(turn!.heard, bytes);
      assert.deepEqual(turn!.origin, { client: { address: "127.0.0.1", port: wire.localPort! }, transport: "tls" });
      client.destroy();
    });
}

test("ALPN is answered with TURN's protocol where it is offered, with http/1.1 to the web, and never with h2", async (t) => {
  const w = await sharedPort(t);
  const answered = async (...ALPNProtocols: string[]) => {
    const client = await secured(await tcp(w.port), { servername: HOST, ALPNProtocols });
    client.destroy();
    return client.alpnProtocol;
  };
  assert.equal(await answered("http/1.1", "stun.turn"), "stun.turn");
  assert.equal(await answered("stun.nat-discovery"), "stun.nat-discovery");
  assert.equal(await answered("h2", "http/1.1"), "http/1.1");
  await assert.rejects(answered("h2"));
});

const REFUSED: readonly (readonly [what: string, tls: ConnectionOptions])[] = [
  ["alone", { servername: "other.example.com" }],
  ["and ALPN stun.turn", { servername: "other.example.com", ALPNProtocols: ["stun.turn"] }],
  ["and ALPN http/1.1", { servername: "other.example.com", ALPNProtocols: ["http/1.1"] }],
];

for (const [what, options] of REFUSED)
  test(`an unknown server name ${what} gets no certificate`, async (t) => {
    const w = await sharedPort(t);
    await assert.rejects(secured(await tcp(w.port), options), /unrecognized|alert|disconnected|ECONNRESET/);
    assert.equal(w.taken.length, 0);
  });

const JUNK: readonly (readonly [what: string, bytes: Buffer])[] = [
  ["ChannelData before any STUN", Buffer.from("400100040a0b0c0d", "hex")],
  ["plain HTTP", GET],
  ["STUN with a wrong cookie", Buffer.from("000100002112a443000102030405060708090a0b", "hex")],
  ["RTP", Buffer.alloc(200, 0x80)],
  ["a TLS alert", Buffer.from("15030100020228", "hex")],
  ["a damaged ClientHello", Buffer.from("160301000401000000", "hex")],
  ["a ClientHello that does not end", Buffer.concat([Buffer.from("1603014000010fffff", "hex"), Buffer.alloc(20_000)])],
];

for (const [what, bytes] of JUNK)
  test(`${what} closes the connection, and the port serves on`, async (t) => {
    const w = await sharedPort(t, { edgeOnly: true });
    const client = await tcp(w.port);
    client.resume().write(bytes);
    await closed(client);
    assert.equal(w.taken.length, 0);
    const next = await secured(await tcp(w.port), { servername: HOST });
    next.write(GET);
    assert.match(await heard(next), /^HTTP\/1.1 502 /);
  });

test("a stream that TURN ends is ended for its client, and the other way round", async (t) => {
  const w = await sharedPort(t, { edgeOnly: true });
  const kinds: readonly ((wire: Duplex) => Duplex | Promise<Duplex>)[] = [
    (wire) => wire,
    (wire) => secured(wire, { servername: HOST }),
    (wire) => secured(wire, { servername: TURN_NAME }),
  ];
  for (const kind of kinds)
    for (const turnEnds of [true, false]) {
      const client = await kind(await tcp(w.port));
      client.resume().write(STUN);
      const { stream } = await until(() => w.taken.pop(), "TURN has it");
      (turnEnds ? stream : client).destroy();
      await closed(turnEnds ? client : stream);
    }
});

test("what TURN writes reaches the client", async (t) => {
  const w = await sharedPort(t, { edgeOnly: true });
  for (const client of [await tcp(w.port), await secured(await tcp(w.port), {})]) {
    client.write(STUN);
    const { stream } = await until(() => w.taken.pop(), "TURN has it");
    stream.write("answer");
    const [answer] = (await once(client, "data")) as [Buffer];
    assert.equal(answer.toString(), "answer");
    client.destroy();
  }
});

test("connections of one source are capped together, whatever they are", async (t) => {
  const w = await sharedPort(t, { edgeOnly: true, limits: { connectionsPerSource: 3 } });
  const held = [await tcp(w.port), await tcp(w.port), await secured(await tcp(w.port), { servername: HOST })];
  held[0]!.write(STUN);
  await until(() => w.taken[0], "TURN has it");
  await assert.rejects(async () => secured(await tcp(w.port), { servername: HOST }));
  w.taken[0]!.stream.destroy();
  await closed(held[0]!.resume());
  const next = await tcp(w.port);
  next.write(STUN);
  await until(() => w.taken[1], "there is room again");
  for (const client of [next, ...held]) client.destroy();
});

test("closing the edge ends TURN's streams as well", async (t) => {
  const w = await sharedPort(t, { edgeOnly: true });
  const client = await tcp(w.port);
  client.resume().write(STUN);
  await until(() => w.taken[0], "TURN has it");
  await w.scope.close();
  await closed(client);
});

async function closed(stream: Duplex): Promise<void> {
  await until(() => stream.closed, "the connection is closed");
}
