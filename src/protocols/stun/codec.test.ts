import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type Attribute,
  attribute,
  attributes,
  DecodeError,
  decodeChannelData,
  decodeMessage,
  encodeChannelData,
  encodeMessage,
  FrameReader,
  isChannelData,
  isStun,
  MessageClass,
  Method,
  verifyIntegrity,
} from "./index.ts";

const TRANSACTION = Buffer.from("b7e7a701bc34d686fa87dfae", "hex");
const KEY = Buffer.from("key");

/** Bytes by hand from RFC 8656 18 and RFC 8489 14: attribute header and value, padding included. */
const ROWS: readonly (readonly [hex: string, sent: Attribute, name: keyof typeof attributes, value: unknown])[] = [
  ["000c0004 40010000", attribute(attributes.channelNumber, 0x4001), "channelNumber", 0x4001],
  ["000d0004 00000258", attribute(attributes.lifetime, 600), "lifetime", 600],
  [
    "00120008 0001a147e112a643",
    attribute(attributes.xorPeerAddress, { address: "192.0.2.1", port: 32853 }),
    "xorPeerAddress",
    { address: "192.0.2.1", port: 32853 },
  ],
  ["00130003 61626300", attribute(attributes.data, Buffer.from("abc")), "data", Buffer.from("abc")],
  ["00170004 02000000", attribute(attributes.requestedAddressFamily, 2), "requestedAddressFamily", 2],
  ["00180001 80000000", attribute(attributes.evenPort, true), "evenPort", true],
  ["00180001 00000000", attribute(attributes.evenPort, false), "evenPort", false],
  ["00190004 11000000", attribute(attributes.requestedTransport, 17), "requestedTransport", 17],
  ["001a0000", attribute(attributes.dontFragment, true), "dontFragment", true],
  ["00250000", attribute(attributes.useCandidate, true), "useCandidate", true],
  [
    "0009000a 000004015374616c65210000",
    attribute(attributes.errorCode, { code: 401, reason: "Stale!" }),
    "errorCode",
    { code: 401, reason: "Stale!" },
  ],
  ["000a0004 00188001", attribute(attributes.unknownAttributes, [0x18, 0x8001]), "unknownAttributes", [0x18, 0x8001]],
];

for (const [hex, sent, name, value] of ROWS)
  test(`${attributes[name].name} is written and read as its RFC has it (${hex})`, () => {
    const bytes = encodeMessage({
      method: Method.allocate,
      class: MessageClass.request,
      transactionId: TRANSACTION,
      attributes: [sent],
    });
    assert.equal(bytes.subarray(20).toString("hex"), hex.replaceAll(" ", ""));
    const message = decode(bytes);
    assert.deepEqual(message.get(attributes[name] as typeof attributes.lifetime), value);
  });

test("EVEN-PORT: only the top bit counts", () => {
  assert.equal(attributes.evenPort.decode(Buffer.from([0x7f]), TRANSACTION), false);
});

test("the first of two equal attributes counts, what stands behind MESSAGE-INTEGRITY does not, FINGERPRINT excepted", () => {
  const list = [attribute(attributes.lifetime, 600), attribute(attributes.lifetime, 0)];
  const bytes = encodeMessage(
    { method: Method.refresh, class: MessageClass.request, attributes: list },
    { key: KEY, fingerprint: true },
  );
  assert.equal(decode(bytes).get(attributes.lifetime), 600);
  assert.deepEqual(decode(bytes).all(attributes.lifetime), [600, 0]);

  const signed = encodeMessage({ method: Method.refresh, class: MessageClass.request }, { key: KEY });
  const tail = Buffer.from("000d000400000000", "hex");
  const appended = Buffer.concat([signed, tail]);
  appended.writeUInt16BE(appended.length - 20, 2);
  const message = decode(appended);
  assert.equal(verifyIntegrity(message, KEY), true);
  assert.equal(message.get(attributes.lifetime), undefined);
});

test("attributes that must be understood and are not are listed; optional ones are passed over", () => {
  const bytes = Buffer.from(
    "000300102112a442b7e7a701bc34d686fa87dfae 7ff0000400000000 fff0000400000000".replaceAll(" ", ""),
    "hex",
  );
  assert.deepEqual(decode(bytes).unknown, [0x7ff0]);
});

test("a malformed attribute is refused by place", () => {
  const bytes = Buffer.from("0008000c2112a442b7e7a701bc34d686fa87dfae001200080003a147e112a643", "hex");
  const fault = decodeMessage(bytes);
  assert.ok(fault instanceof DecodeError);
  assert.equal(fault.place, "XOR-PEER-ADDRESS/family");
});

test("a wrong fingerprint, a length beyond the datagram and more than 64 attributes are refused", () => {
  const good = encodeMessage({ method: Method.binding, class: MessageClass.request }, { fingerprint: true });
  good[good.length - 1]! ^= 1;
  const many = encodeMessage({
    method: Method.binding,
    class: MessageClass.request,
    attributes: Array.from({ length: 65 }, () => attribute(attributes.useCandidate, true)),
  });
  const long = Buffer.from("000100082112a442b7e7a701bc34d686fa87dfae000d000800000000", "hex");
  const places = [good, many, long].map((bytes) => (decodeMessage(bytes) as DecodeError).place);
  assert.deepEqual(places, ["FINGERPRINT", "attributes/count", "attribute/length"]);
});

test("any address survives the trip through XOR-PEER-ADDRESS", () => {
  const address = fc.oneof(fc.ipV4(), fc.constantFrom("2001:db8::1", "::1", "::ffff:c000:201", "fe80::1:2:3"));
  fc.assert(
    fc.property(address, fc.nat(65535), fc.uint8Array({ minLength: 12, maxLength: 12 }), (where, port, id) => {
      const value = attributes.xorPeerAddress.encode({ address: where, port }, id);
      assert.deepEqual(attributes.xorPeerAddress.decode(Buffer.from(value), id), { address: where, port });
    }),
  );
});

test("any bytes give a message or a DecodeError, never an exception", () => {
  const types = [...Object.values(attributes).map((row) => row.type), 0x7ff0, 0xfff0];
  const attributeBytes = fc.tuple(fc.constantFrom(...types), fc.uint8Array({ maxLength: 24 }), fc.nat(30));
  fc.assert(
    fc.property(fc.nat(0x3fff), fc.array(attributeBytes, { maxLength: 8 }), fc.nat(40), (type, list, cut) => {
      const parts = list.map(([row, value, length]) => {
        const head = Buffer.alloc(4);
        head.writeUInt16BE(row, 0);
        head.writeUInt16BE(length % 2 ? value.length : length, 2);
        return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
      });
      const body = Buffer.concat(parts);
      const head = Buffer.alloc(20);
      head.writeUInt16BE(type, 0);
      head.writeUInt16BE(body.length, 2);
      head.writeUInt32BE(0x2112a442, 4);
      decodeAnything(Buffer.concat([head, body]));
      decodeAnything(Buffer.concat([head, body]).subarray(0, 20 + body.length - Math.min(cut, body.length)));
    }),
    { numRuns: 2000 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => decodeAnything(Buffer.from(bytes))));
});

function decodeAnything(bytes: Buffer): void {
  const message = decodeMessage(bytes);
  if (message instanceof DecodeError) assert.ok(message.place);
  else verifyIntegrity(message, KEY);
  decodeChannelData(bytes);
  isStun(bytes);
}

test("ChannelData is read without its padding, and padded on streams only", () => {
  const data = Buffer.from("hello");
  assert.equal(encodeChannelData(0x4001, data).toString("hex"), "4001000568656c6c6f");
  const padded = encodeChannelData(0x4001, data, true);
  assert.equal(padded.toString("hex"), "4001000568656c6c6f000000");
  assert.deepEqual(decodeChannelData(padded), { channel: 0x4001, data });
  assert.ok(decodeChannelData(padded.subarray(0, 8)) instanceof DecodeError);
  assert.equal(isChannelData(Buffer.from("80000000", "hex")), false);
});

test("a stream gives the same frames wherever it is cut", () => {
  const stun = encodeMessage({ method: Method.binding, class: MessageClass.request }, { fingerprint: true });
  const frames = [
    stun,
    encodeChannelData(0x4000, Buffer.from("12345"), true),
    encodeChannelData(0x4001, Buffer.alloc(0)),
    stun,
  ];
  const stream = Buffer.concat(frames);
  const expected = frames.map((frame) => frame.toString("hex"));
  const cuts = Array.from({ length: stream.length + 1 }, (_, at) => [stream.subarray(0, at), stream.subarray(at)]);
  const bytewise = [...stream].map((byte) => Buffer.of(byte));
  for (const chunks of [...cuts, bytewise]) {
    const seen: string[] = [];
    const reader = new FrameReader((frame) => seen.push(frame.toString("hex")));
    for (const chunk of chunks) assert.equal(reader.push(chunk), true);
    assert.deepEqual(seen, expected);
  }
});

test("a stream that holds anything else is given up", () => {
  for (const junk of ["\x80\x00\x00\x00", "\x16\x03\x01\x02\x00\x01", "\x00\x01\x00\x03"])
    for (const chunks of [[junk], [...junk]]) {
      const reader = new FrameReader(() => {});
      assert.equal(
        chunks.every((chunk) => reader.push(Buffer.from(chunk, "latin1"))),
        false,
        JSON.stringify(chunks),
      );
    }
});

function decode(bytes: Buffer) {
  const message = decodeMessage(bytes);
  assert.ok(!(message instanceof DecodeError), JSON.stringify(message));
  return message;
}
