import assert from "node:assert/strict";
import { test } from "node:test";
import {
  attributes,
  DecodeError,
  decodeMessage,
  encodeMessage,
  MessageClass,
  Method,
  verifyIntegrity,
} from "./index.ts";

const TRANSACTION = "b7e7a701bc34d686fa87dfae";
const KEY = Buffer.from("key");

/** A Refresh request with these attributes, written in hex. */
function request(hex: string): Buffer {
  const body = Buffer.from(hex.replace(/\s+/g, ""), "hex");
  const head = Buffer.from(`000400002112a442${TRANSACTION}`, "hex");
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

/** The attributes in hex, and the place that is reported. */
const MALFORMED: readonly (readonly [hex: string, place: string])[] = [
  ["000d0003 00025800", "LIFETIME/length"],
  ["00120008 0003a147e112a643", "XOR-PEER-ADDRESS/family"],
  ["00120014 0001a147e112a643 000000000000000000000000", "XOR-PEER-ADDRESS/length"],
  ["80230002 00010000", "ALTERNATE-SERVER/length"],
  ["00180000", "EVEN-PORT/length"],
  ["001a0001 00000000", "DONT-FRAGMENT/length"],
  ["0009000400000200", "ERROR-CODE/code"],
  ["000a0003 00180000", "UNKNOWN-ATTRIBUTES/length"],
  ["80010004 03000428", "ADDRESS-ERROR-CODE/family"],
  ["80040004 00000604", "ICMP/length"],
  ["001d0002 00020000", "PASSWORD-ALGORITHM/length"],
  ["001d0000", "PASSWORD-ALGORITHM/length"],
  ["001d0008 0002000000010000", "PASSWORD-ALGORITHM/length"],
  ["80020004 00020001", "PASSWORD-ALGORITHMS/parameters"],
  [`80020044 ${"00020000".repeat(17)}`, "PASSWORD-ALGORITHMS/count"],
  ["001e0004 00000000", "USERHASH/length"],
  ["fe010004 00000000", "TURNPIKE-LOAD/length"],
];

for (const [hex, place] of MALFORMED)
  test(`a message with ${place} (${hex.slice(0, 13)}) is read and says so, and the value is not there`, () => {
    const message = read(request(hex));
    assert.equal(message.malformed, place);
    for (const row of Object.values(attributes)) {
      assert.equal(message.get(row as typeof attributes.lifetime), undefined);
      assert.deepEqual(message.all(row as typeof attributes.lifetime), []);
    }
  });

test("the first place is reported, and a malformed attribute hides its well-formed duplicate", () => {
  const message = read(request("000d0003 00025800 00180000 000d0004 00000258"));
  assert.equal(message.malformed, "LIFETIME/length");
  assert.equal(message.get(attributes.lifetime), undefined);
});

test("an authentic message may be malformed, and nothing behind its integrity can make it so", () => {
  const lifetime = { type: attributes.lifetime.type, encode: () => Buffer.of(1, 2) };
  const signed = encodeMessage(
    { method: Method.refresh, class: MessageClass.request, attributes: [lifetime] },
    { key: KEY },
  );
  assert.equal(read(signed).malformed, "LIFETIME/length");
  assert.equal(verifyIntegrity(read(signed), KEY), true);

  const good = encodeMessage({ method: Method.refresh, class: MessageClass.request }, { key: KEY });
  const appended = Buffer.concat([good, Buffer.from("000d000300000000", "hex")]);
  appended.writeUInt16BE(appended.length - 20, 2);
  assert.equal(read(appended).malformed, undefined);
});

/** Whatever keeps us from checking the message at all makes it none. */
const REFUSED: readonly (readonly [hex: string, place: string])[] = [
  ["00080010 00000000000000000000000000000000", "MESSAGE-INTEGRITY/length"],
  [`001c000c ${"00".repeat(12)}`, "MESSAGE-INTEGRITY-SHA256/length"],
  [`001c0012 ${"00".repeat(20)}`, "MESSAGE-INTEGRITY-SHA256/length"],
  [`001c0024 ${"00".repeat(36)}`, "MESSAGE-INTEGRITY-SHA256/length"],
  ["80280004 00000000", "FINGERPRINT"],
  ["80280002 00000000", "FINGERPRINT"],
  ["000d0008 00000258", "attribute/length"],
];

for (const [hex, place] of REFUSED)
  test(`${place} (${hex.slice(0, 8)}) makes it no message`, () => {
    const fault = decodeMessage(request(hex));
    assert.ok(fault instanceof DecodeError);
    assert.equal(fault.place, place);
  });

function read(bytes: Buffer) {
  const message = decodeMessage(bytes);
  assert.ok(!(message instanceof DecodeError), JSON.stringify(message));
  return message;
}
