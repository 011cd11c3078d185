import assert from "node:assert/strict";
import { createHmac, createSecretKey } from "node:crypto";
import { test } from "node:test";
import { HmacKey } from "#native";
import { aesCmCipher } from "./aes-cm.ts";
import { gcmCipher } from "./gcm.ts";
import { SrtpReceiver, SrtpSender } from "./index.ts";
import { deriveSessionKeys, type SessionKeys } from "./profile.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ""), "hex");

test("RFC 3711 B.3: session keys derived from the master key", () => {
  const master = { key: hex("E1F97A0D3E018BE0D64FA32C06DE4139"), salt: hex("0EC675AD498AFEEBB6960B3AABE6") };
  const keys = deriveSessionKeys(master, "rtp");
  assert.deepEqual(keys.key.export(), hex("C61E7A93744F39EE10734AFE3FF7A087"));
  assert.deepEqual(keys.salt, hex("30CBBC08863D8C85D49DB34A9AE1"));
  const mac = Buffer.alloc(20);
  keys.authentication.write("sha1", mac, Buffer.from("what it signs tells the key"));
  const expected = createHmac("sha1", hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
  assert.deepEqual(mac, expected.update("what it signs tells the key").digest());
});

test("RFC 3711 B.2: the AES-CM keystream, from its first block", () => {
  const keys: SessionKeys = {
    key: createSecretKey(hex("2B7E151628AED2A6ABF7158809CF4F3C")),
    salt: hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD"),
    authentication: new HmacKey(Buffer.alloc(20)),
  };
  const packet = Buffer.concat([hex("800000000000000000000000"), Buffer.alloc(48)]);
  const out = Buffer.alloc(packet.length + 10);
  aesCmCipher(keys, keys).sealRtp(out, packet, 12, 0, 0);
  assert.deepEqual(
    out.subarray(12, 60),
    hex("E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0"),
  );
});

const quidProQuo: SessionKeys = {
  key: createSecretKey(hex("000102030405060708090a0b0c0d0e0f")),
  salt: hex("517569642070726f2071756f"),
  authentication: new HmacKey(Buffer.alloc(20)),
};

test("RFC 7714 16.1: SRTP with AEAD_AES_128_GCM", () => {
  const plain = hex(`8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070
    61727465 73207472 6573`);
  const sealed = hex(`8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a
    51c7d19b 36de3adf 8833 899d7f27 beb16a91 52cf765e e4390cce`);
  const cipher = gcmCipher(quidProQuo, quidProQuo);
  const out = Buffer.alloc(sealed.length);
  cipher.sealRtp(out, plain, 12, 0x5501a0b2, 0xf17b);
  assert.deepEqual(out, sealed);
  assert.deepEqual(cipher.openRtp(sealed, 12, 0x5501a0b2, 0xf17b), plain);
});

test("RFC 7714 17.1: SRTCP with AEAD_AES_128_GCM", () => {
  const plain = hex(`81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61
    deadbeef deadbeef deadbeef deadbeef deadbeef`);
  const sealed = hex(`81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda
    4ce09b46 86303ded 0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade 800005d4`);
  const cipher = gcmCipher(quidProQuo, quidProQuo);
  const out = Buffer.alloc(sealed.length);
  cipher.sealRtcp(out, plain, 0x4d617273, 0x5d4);
  assert.deepEqual(out, sealed);
  assert.deepEqual(cipher.openRtcp(sealed, 0x4d617273, 0x5d4), plain);
});

/** From libsrtp's test/srtp_driver.c (srtp_validate, srtp_validate_gcm): master keys, so the derivation is in them. */
const LIBSRTP = [
  {
    profile: "SRTP_AES128_CM_SHA1_80",
    key: "e1f97a0d3e018be0d64fa32c06de4139",
    salt: "0ec675ad498afeebb6960b3aabe6",
    rtp: "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb",
  },
  {
    profile: "SRTP_AEAD_AES_128_GCM",
    key: "000102030405060708090a0b0c0d0e0f",
    salt: "a0a1a2a3a4a5a6a7a8a9aaab",
    rtp: "800f1234decafbadcafebabec5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392",
  },
] as const;

for (const { profile, key, salt, rtp } of LIBSRTP)
  test(`libsrtp's packet of ${profile}`, () => {
    const plain = hex("800f1234decafbadcafebabe abababababababababababababababab");
    const master = { key: hex(key), salt: hex(salt) };
    assert.deepEqual(new SrtpSender(profile, master).protectRtp(plain), hex(rtp));
    assert.deepEqual(new SrtpReceiver(profile, master).unprotectRtp(hex(rtp)), plain);
  });
