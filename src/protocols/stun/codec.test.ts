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
  MessageClass,
  Method,
  verifyIntegrity,
} from "./index.ts";

const TRANSACTION = Buffer.from("b7e7a701bc34d686fa87dfae", "hex");
const KEY = Buffer.from("key");
const NONE = Buffer.alloc(0);
const HASH = Buffer.alloc(32, 0x5a);

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
  [
    "00010008 0001005000000000",
    attribute(attributes.mappedAddress, { address: "0.0.0.0", port: 80 }),
    "mappedAddress",
    { address: "0.0.0.0", port: 80 },
  ],
  [
    "80230014 00020d9620010db8000000000000000000000001",
    attribute(attributes.alternateServer, { address: "2001:db8::1", port: 3478 }),
    "alternateServer",
    { address: "2001:db8::1", port: 3478 },
  ],
  [
    "001d0004 00020000",
    attribute(attributes.passwordAlgorithm, { algorithm: 2, parameters: NONE }),
    "passwordAlgorithm",
    { algorithm: 2, parameters: NONE },
  ],
  [
    "80020010 0002000000010003 0102030000070000",
    attribute(attributes.passwordAlgorithms, [
      { algorithm: 2, parameters: NONE },
      { algorithm: 1, parameters: Buffer.of(1, 2, 3) },
      { algorithm: 7, parameters: NONE },
    ]),
    "passwordAlgorithms",
    [
      { algorithm: 2, parameters: NONE },
      { algorithm: 1, parameters: Buffer.of(1, 2, 3) },
      { algorithm: 7, parameters: NONE },
    ],
  ],
  [`001e0020 ${"5a".repeat(32)}`, attribute(attributes.userhash, HASH), "userhash", HASH],
  ["002a0004 12345678", attribute(attributes.connectionId, 0x12345678), "connectionId", 0x12345678],
  ["80000004 02000000", attribute(attributes.additionalAddressFamily, 2), "additionalAddressFamily", 2],
  [
    "80010006 02000428 4e6f0000",
    attribute(attributes.addressErrorCode, { family: 2, code: 440, reason: "No" }),
    "addressErrorCode",
    { family: 2, code: 440, reason: "No" },
  ],
  [
    "8003000b 6578616d706c652e6f726700",
    attribute(attributes.alternateDomain, "example.org"),
    "alternateDomain",
    "example.org",
  ],
  [
    "80040008 00000604000005dc",
    attribute(attributes.icmp, { type: 3, code: 4, data: 1500 }),
    "icmp",
    { type: 3, code: 4, data: 1500 },
  ],
  [
    "80040008 0000feff00000000",
    attribute(attributes.icmp, { type: 127, code: 255, data: 0 }),
    "icmp",
    { type: 127, code: 255, data: 0 },
  ],
  ["80300003 01020300", attribute(attributes.mobilityTicket, Buffer.of(1, 2, 3)), "mobilityTicket", Buffer.of(1, 2, 3)],
  [
    "fe01000c 00000102000003e800000001",
    attribute(attributes.turnpikeLoad, { allocations: 258, capacity: 1000, draining: true }),
    "turnpikeLoad",
    { allocations: 258, capacity: 1000, draining: true },
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
