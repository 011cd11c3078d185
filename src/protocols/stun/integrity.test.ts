import assert from "node:assert/strict";
import { test } from "node:test";
import {
  attribute,
  attributes,
  DecodeError,
  decodeMessage,
  encodeMessage,
  type IntegrityAlgorithm,
  longTermKeySha256,
  MessageClass,
  Method,
  type Protection,
  verifyIntegrity,
} from "./index.ts";
import { writeIntegrity } from "./integrity.ts";

const KEY = longTermKeySha256("user", "realm", "password");
const LIFETIME = attribute(attributes.lifetime, 600);

function refresh(protection: Protection): Buffer {
  return encodeMessage({ method: Method.refresh, class: MessageClass.request, attributes: [LIFETIME] }, protection);
}

/** The message with one more attribute, and without its FINGERPRINT if it had one. */
function extended(bytes: Buffer, type: number, value: Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  const longer = Buffer.concat([bytes, head, value]);
  longer.writeUInt16BE(longer.length - 20, 2);
  return longer;
}

/** Signs with SHA-256 behind whatever is there, truncated to `size` bytes. */
function withSha256(bytes: Buffer, size = 32): Buffer {
  const mac = Buffer.alloc(size);
  writeIntegrity(mac, bytes, bytes.length, bytes.length + 4 + size, KEY, "sha256");
  return extended(bytes, attributes.messageIntegritySha256.type, mac);
}

for (const algorithm of ["sha1", "sha256"] as const)
  test(`${algorithm}: what we sign we verify, with FINGERPRINT behind it, and with that key and algorithm only`, () => {
    for (const fingerprint of [false, true]) {
      const message = read(refresh({ key: KEY, algorithm, fingerprint }));
      assert.equal(message.get(attributes.lifetime), 600);
      const other: IntegrityAlgorithm = algorithm === "sha1" ? "sha256" : "sha1";
      assert.equal(verifyIntegrity(message, KEY, algorithm), true);
      assert.equal(verifyIntegrity(message, Buffer.from("other"), algorithm), false);
      assert.equal(verifyIntegrity(message, KEY, other), false);
    }
  });

test("MESSAGE-INTEGRITY-SHA256 may be truncated to 16, 20, 24 or 28 bytes (RFC 8489 14.6)", () => {
  for (const size of [16, 20, 24, 28, 32]) {
    const bytes = withSha256(refresh({}), size);
    assert.equal(verifyIntegrity(read(bytes), KEY, "sha256"), true, `${size} bytes`);
    bytes[bytes.length - 1]! ^= 1;
    assert.equal(verifyIntegrity(read(bytes), KEY, "sha256"), false, `${size} bytes, bent`);
  }
});

test("a message may carry both, the old one first; each is verified for itself (RFC 8489 14.5)", () => {
  const message = read(withSha256(refresh({ key: KEY })));
  assert.equal(verifyIntegrity(message, KEY), true);
  assert.equal(verifyIntegrity(message, KEY, "sha256"), true);
});

test("between the two and behind the second nothing counts (RFC 8489 14.5, 14.6)", () => {
  const software = Buffer.from("evil");
  const between = withSha256(extended(refresh({ key: KEY }), attributes.software.type, software));
  const behind = extended(withSha256(refresh({ key: KEY })), attributes.software.type, software);
  for (const message of [read(between), read(behind)]) {
    assert.equal(verifyIntegrity(message, KEY, "sha256"), true);
    assert.equal(message.get(attributes.software), undefined);
  }
});

test("MESSAGE-INTEGRITY behind MESSAGE-INTEGRITY-SHA256, and the second of two, do not count", () => {
  const mac = Buffer.alloc(20);
  const turned = read(extended(withSha256(refresh({})), attributes.messageIntegrity.type, mac));
  assert.equal(turned.integrityAt, 0);
  assert.equal(verifyIntegrity(turned, KEY, "sha256"), true);

  const twice = read(extended(withSha256(refresh({})), attributes.messageIntegritySha256.type, Buffer.alloc(32)));
  assert.equal(verifyIntegrity(twice, KEY, "sha256"), true);
  assert.equal(twice.all(attributes.messageIntegritySha256).length, 1);
});

function read(bytes: Buffer) {
  const message = decodeMessage(bytes);
  assert.ok(!(message instanceof DecodeError), JSON.stringify(message));
  return message;
}
