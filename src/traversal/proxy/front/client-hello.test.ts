import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConnectionOptions } from "node:tls";
import { helloOf } from "../testing/shared-port.ts";
import { type ClientHello, readClientHello } from "./client-hello.ts";

/** The same handshake bytes in records of `size` bytes. */
function inRecords(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    records.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 255]), part);
  }
  return Buffer.concat(records);
}

const FULL = await helloOf({ servername: "Join.Example.com", ALPNProtocols: ["h2", "http/1.1"] });
const FULL_SAYS: ClientHello = { serverName: "join.example.com", protocols: ["h2", "http/1.1"] };

const CASES: readonly (readonly [what: string, options: ConnectionOptions, says: ClientHello])[] = [
  ["no server name and no protocols", {}, { serverName: undefined, protocols: [] }],
  ["a server name", { servername: "a.example" }, { serverName: "a.example", protocols: [] }],
  ["protocols", { ALPNProtocols: ["stun.turn"] }, { serverName: undefined, protocols: ["stun.turn"] }],
  [
    "TLS 1.2 and a server name",
    { maxVersion: "TLSv1.2", servername: "a.example" },
    { serverName: "a.example", protocols: [] },
  ],
];

for (const [what, options, says] of CASES)
  test(`a ClientHello of node:tls with ${what} is read`, async () =>
    assert.deepEqual(readClientHello(await helloOf(options)), says));

test("every beginning of a ClientHello is incomplete, and what follows it is not looked at", () => {
  for (let length = 0; length < FULL.length; length++)
    assert.equal(readClientHello(FULL.subarray(0, length)), "incomplete", `${length} bytes`);
  assert.deepEqual(readClientHello(FULL), FULL_SAYS);
  assert.deepEqual(readClientHello(Buffer.concat([FULL, Buffer.from("1703030001ff", "hex")])), FULL_SAYS);
});

test("a ClientHello in many records is read like one in a single record", () => {
  for (const size of [1, 2, 3, 7, 100]) {
    const records = inRecords(FULL, size);
    assert.deepEqual(readClientHello(records), FULL_SAYS, `${size} bytes in each`);
    assert.equal(readClientHello(records.subarray(0, -1)), "incomplete");
  }
});

const MALFORMED: readonly (readonly [what: string, hex: string])[] = [
  ["an alert", "15030100020228"],
  ["an empty record", "1603010000"],
  ["a record over 2^14 bytes", "1603014001"],
  ["a record of another protocol", "1604010004"],
  ["another message than a ClientHello", "160301000402000000"],
  ["a ClientHello of no length", "160301000401000000"],
  ["a session id longer than the message", `160301002701000023${"03".repeat(34)}ff`],
];

for (const [what, hex] of MALFORMED)
  test(`${what} is malformed`, () => assert.equal(readClientHello(Buffer.from(hex, "hex")), "malformed"));

test("a ClientHello that was damaged anywhere gives an answer and never throws", () => {
  const answers = new Set<string>();
  for (let at = 0; at < FULL.length; at++)
    for (const value of [0x00, 0x01, 0x7f, 0xff]) {
      const damaged = Buffer.from(FULL);
      damaged[at] = value;
      const answer = readClientHello(damaged);
      answers.add(typeof answer === "string" ? answer : "read");
    }
  assert.deepEqual([...answers].sort(), ["incomplete", "malformed", "read"]);
});
