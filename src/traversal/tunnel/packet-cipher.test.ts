import assert from "node:assert/strict";
import { createCipheriv, randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { test } from "node:test";
import { aeadOf, nodeOpen, nodeSeal } from "./aead.ts";
import { replacePacketCiphers } from "./packet-cipher.ts";
import { PacketInbox } from "./packet-inbox.ts";
import { PacketOutbox } from "./packet-outbox.ts";

const KEY = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");
const DATA = 94;

function outbox() {
  const written: Buffer[] = [];
  const cipher = {
    outSeqno: 0,
    _onWrite: (bytes: Uint8Array) => void written.push(Buffer.from(bytes)),
    _encSSLName: "aes-128-gcm" as const,
    _encKey: KEY,
    _encIV: Buffer.from("a0a1a2a300000000000000fe", "hex"),
  };
  const box = new PacketOutbox(cipher);
  const send = (payload: Buffer) => {
    const packet = box.room(payload.length);
    payload.copy(packet, 5);
    box.send(packet);
  };
  return { box, cipher, written, send };
}

function inbox() {
  const heard: Buffer[] = [];
  const box = new PacketInbox({
    inSeqno: 0,
    _onPayload: (payload) => void heard.push(Buffer.from(payload)),
    _decipherSSLName: "aes-128-gcm",
    _decipherKey: KEY,
    _decipherIV: Buffer.from("a0a1a2a300000000000000fe", "hex"),
  });
  return { box, heard };
}

const PAYLOADS = [1, 10, 11, 12, 100, 1_300, 32_768 + 9, 5].map((size, i) =>
  Buffer.concat([Buffer.from([DATA]), Buffer.alloc(size, i)]),
);

async function wire(): Promise<Buffer> {
  const { written, send } = outbox();
  for (const payload of PAYLOADS) send(payload);
  await new Promise(setImmediate);
  return Buffer.concat(written);
}

test("a packet is what RFC 5647 says: its length in the clear, AES-GCM over the rest, the counter one more each time", () => {
  const { written, send, cipher, box } = outbox();
  const nonces = ["fe", "ff"].map((end) => Buffer.from(`a0a1a2a300000000000000${end}`, "hex"));
  for (let i = 0; i < 2; i++) send(Buffer.from([DATA, 1, 2, 3]));
  box.flush();
  assert.equal(cipher._encIV.toString("hex"), "a0a1a2a30000000000000100");
  assert.equal(cipher.outSeqno, 2);
  const bytes = Buffer.concat(written);
  for (const [i, nonce] of nonces.entries()) {
    const packet = bytes.subarray(i * 36, (i + 1) * 36);
    assert.equal(packet.readUInt32BE(0), 16);
    const text = Buffer.alloc(16);
    assert.ok(nodeOpen("aes-128-gcm", KEY).run(nonce, packet, 0, 36, 4));
    packet.copy(text, 0, 4, 20);
    assert.deepEqual([...text.subarray(0, 5)], [11, DATA, 1, 2, 3]);
  }
});

test("what one turn sends to channels is one write; any other message leaves at once, behind what waits", async () => {
  const { written, send } = outbox();
  send(Buffer.from([DATA, 1]));
  send(Buffer.from([DATA, 2]));
  assert.equal(written.length, 0);
  await new Promise(setImmediate);
  assert.equal(written.length, 1);
  send(Buffer.from([DATA, 3]));
  send(Buffer.from([1]));
  assert.equal(written.length, 2);
  assert.equal(written[1]!.length, 2 * 36);
});

for (const step of [1, 3, 4, 5, 37, 1_000, 65_536, 10_000_000])
  test(`packets are found in pieces of ${step} bytes`, async () => {
    const bytes = await wire();
    const { box, heard } = inbox();
    for (let at = 0; at < bytes.length; at += step)
      box.take(Buffer.from(bytes.subarray(at, at + step)), 0, Math.min(step, bytes.length - at));
    assert.deepEqual(heard, PAYLOADS);
  });

test("a packet with one wrong bit ends it, wherever the bit is", async () => {
  const bytes = await wire();
  for (const at of [4, 20, 35]) {
    const wrong = Buffer.from(bytes);
    wrong[at]! ^= 1;
    assert.throws(() => inbox().box.take(wrong, 0, wrong.length), /Invalid MAC/);
  }
});

for (const [what, length] of [
  ["too short", 0],
  ["no multiple of a block", 17],
  ["too long", 48_000],
] as const)
  test(`a length that is ${what} is refused before anything is kept for it`, () => {
    const bytes = Buffer.alloc(40);
    bytes.writeUInt32BE(length);
    assert.throws(() => inbox().box.take(bytes, 0, 40), /Bad packet length/);
  });

test("with and without the native addon the bytes are the same", () => {
  for (const [name, keyBytes] of [["aes-128-gcm", 16] as const, ["aes-256-gcm", 32] as const]) {
    const [key, nonce, text] = [randomBytes(keyBytes), randomBytes(12), randomBytes(333)];
    const cipher = createCipheriv(name, key, nonce);
    cipher.setAAD(text.subarray(0, 4));
    const expected = Buffer.concat([text.subarray(0, 4), cipher.update(text.subarray(4)), cipher.final()]);
    const whole = Buffer.concat([expected, cipher.getAuthTag()]);
    for (const [seal, open] of [
      [aeadOf(name, key, "seal"), aeadOf(name, key, "open")],
      [nodeSeal(name, key), nodeOpen(name, key)],
    ] as const) {
      const bytes = Buffer.concat([Buffer.alloc(7), text, Buffer.alloc(16)]);
      assert.ok(seal.run(nonce, bytes, 7, bytes.length, 4));
      assert.deepEqual(bytes.subarray(7), whole);
      assert.ok(open.run(nonce, bytes, 7, bytes.length, 4));
      assert.deepEqual(bytes.subarray(7, -16), text);
      assert.equal(open.run(nonce, bytes, 7, bytes.length, 4), false);
    }
  }
});

test("ssh2 is as it was when its ciphers were replaced, and is not built with native code of its own", () => {
  assert.equal(replacePacketCiphers(), true);
  assert.equal(createRequire(import.meta.url)("ssh2/package.json").version.split(".")[0], "1");
});
