import assert from "node:assert/strict";
import { test } from "node:test";
import {
  attributes,
  DecodeError,
  decodeMessage,
  longTermKey,
  longTermKeySha256,
  opaqueString,
  PasswordAlgorithmNumber,
  userhash,
  verifyIntegrity,
} from "./index.ts";

/** RFC 8489 B.1 as corrected by erratum 6268: the printed one counts its header and lacks PASSWORD-ALGORITHM. */
const VECTOR = `00010090 2112a442 78ad3433c6ad72c029da412e
  001e0020 4a3cf38fef6992bda952c6780417da0f24819415569e60b205c46e41407f1704
  00150029 6f624d61744a6f733241414143662f2f3439396b39353464364f4c33346f4c394653547679363473 41000000
  0014000b 6578616d706c652e6f726700
  001d0004 00020000
  001c0020 b5c7bf005b6c52a21c51c5e892f81924136296cb927c43149309278cc6518e65`;

const NAME = "マトリックス";
const REALM = "example.org";
const KEY = longTermKeySha256(NAME, REALM, "TheMatrIX");

function bytes(): Buffer {
  return Buffer.from(VECTOR.replace(/\s+/g, ""), "hex");
}

function read(packet: Buffer) {
  const message = decodeMessage(packet);
  assert.ok(!(message instanceof DecodeError), JSON.stringify(message));
  return message;
}

test("RFC 8489 B.1: a request with USERHASH and SHA-256 is read, and its integrity holds with the SHA-256 key only", () => {
  const message = read(bytes());
  assert.equal(message.malformed, undefined);
  assert.deepEqual(message.get(attributes.userhash), userhash(NAME, REALM));
  assert.equal(message.get(attributes.nonce), "obMatJos2AAACf//499k954d6OL34oL9FSTvy64sA");
  assert.equal(message.get(attributes.realm), REALM);
  assert.equal(message.get(attributes.passwordAlgorithm)?.algorithm, PasswordAlgorithmNumber.sha256);
  assert.equal(verifyIntegrity(message, KEY, "sha256"), true);
  assert.equal(verifyIntegrity(message, KEY), false, "it has no MESSAGE-INTEGRITY");
  assert.equal(verifyIntegrity(message, longTermKey(NAME, REALM, "TheMatrIX"), "sha256"), false);
});

test("any flipped bit breaks the integrity or the reading", () => {
  const good = bytes();
  for (let bit = 0; bit < good.length * 8; bit++) {
    const bent = Buffer.from(good);
    bent[bit >> 3]! ^= 1 << (bit & 7);
    const message = decodeMessage(bent);
    assert.ok(message instanceof DecodeError || !verifyIntegrity(message, KEY, "sha256"), `bit ${bit}`);
  }
});

test("OpaqueString: a name typed in other code points makes the same key, a different case does not (RFC 8265 4.2)", () => {
  assert.equal(opaqueString("e\u0301"), "\u00e9");
  assert.equal(opaqueString("a\u00a0b\u3000c d"), "a b c d");
  assert.equal(opaqueString("ＡＢc"), "ＡＢc", "neither width nor case is mapped");
  for (const key of [longTermKey, longTermKeySha256])
    assert.deepEqual(key("Jose\u0301", "x", "a\u2003b"), key("Jos\u00e9", "x", "a b"));
  assert.deepEqual(userhash("Jose\u0301", "x"), userhash("Jos\u00e9", "x"));
  assert.notDeepEqual(userhash("jos\u00e9", "x"), userhash("Jos\u00e9", "x"));
});
