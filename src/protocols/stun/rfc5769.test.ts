import assert from "node:assert/strict";
import { test } from "node:test";
import { attributes, DecodeError, decodeMessage, longTermKey, MessageClass, Method, verifyIntegrity } from "./index.ts";

/** The sample messages of RFC 5769. Their padding is spaces and zeros, so it must be ignored. */
const VECTORS = {
  request: `00010058 2112a442 b7e7a701bc34d686fa87dfae 80220010 5354554e207465737420636c69656e74 00240004 6e0001ff
    80290008 932ff9b151263b36 00060009 6576746a3a68367659202020 00080014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2
    80280004 e57a3bcf`,
  ipv4: `0101003c 2112a442 b7e7a701bc34d686fa87dfae 8022000b 7465737420766563746f7220 00200008 0001a147e112a643
    00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7 80280004 c07d4c96`,
  ipv6: `01010048 2112a442 b7e7a701bc34d686fa87dfae 8022000b 7465737420766563746f7220
    00200014 0002a1470113a9faa5d3f179bc25f4b5bed2b9d9 00080014 a382954e4be67bf11784c97c8292c275bfe3ed41
    80280004 c8fb0b4c`,
  longTerm: `00010060 2112a442 78ad3433c6ad72c029da412e 00060012 e3839ee38388e383aae38383e382afe382b90000
    0015001c 662f2f3439396b3935346436 4f4c33346f4c39465354767936347341 0014000b 6578616d706c652e6f726700
    00080014 f67024656dd64a3e02b8e0712e85c9a28ca89666`,
};

const SHORT_TERM = Buffer.from("VOkJxbRl1RmTxUk/WvJxBt");

function read(name: keyof typeof VECTORS) {
  const message = decodeMessage(Buffer.from(VECTORS[name].replace(/\s+/g, ""), "hex"));
  assert.ok(!(message instanceof DecodeError), `${name}: ${JSON.stringify(message)}`);
  return message;
}

test("RFC 5769 2.1: an ICE check is read and its integrity holds with the right password only", () => {
  const message = read("request");
  assert.equal(message.method, Method.binding);
  assert.equal(message.class, MessageClass.request);
  assert.equal(message.get(attributes.username), "evtj:h6vY");
  assert.equal(message.get(attributes.software), "STUN test client");
  assert.equal(message.get(attributes.priority), 0x6e0001ff);
  assert.equal(Buffer.from(message.get(attributes.iceControlled)!).toString("hex"), "932ff9b151263b36");
  assert.equal(verifyIntegrity(message, SHORT_TERM), true);
  assert.equal(verifyIntegrity(message, Buffer.from("VOkJxbRl1RmTxUk/WvJxBT")), false);
});

test("RFC 5769 2.2 and 2.3: mapped addresses of both families", () => {
  const [ipv4, ipv6] = [read("ipv4"), read("ipv6")];
  assert.deepEqual(ipv4.get(attributes.xorMappedAddress), { address: "192.0.2.1", port: 32853 });
  assert.deepEqual(ipv6.get(attributes.xorMappedAddress), {
    address: "2001:db8:1234:5678:11:2233:4455:6677",
    port: 32853,
  });
  assert.equal(ipv4.class, MessageClass.success);
  for (const message of [ipv4, ipv6]) assert.equal(verifyIntegrity(message, SHORT_TERM), true);
});

test("RFC 5769 2.4: long-term credentials with a user name beyond ASCII", () => {
  const message = read("longTerm");
  const username = message.get(attributes.username)!;
  assert.equal(username, "マトリックス");
  assert.equal(message.get(attributes.nonce), "f//499k954d6OL34oL9FSTvy64sA");
  assert.equal(verifyIntegrity(message, longTermKey(username, message.get(attributes.realm)!, "TheMatrIX")), true);
});

test("any flipped bit breaks the integrity or the reading of a message", () => {
  const bytes = read("longTerm").bytes;
  const key = longTermKey("マトリックス", "example.org", "TheMatrIX");
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const bent = Buffer.from(bytes);
    bent[bit >> 3]! ^= 1 << (bit & 7);
    const message = decodeMessage(bent);
    assert.ok(message instanceof DecodeError || !verifyIntegrity(message, key), `bit ${bit} went unnoticed`);
  }
});
