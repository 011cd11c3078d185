import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { type MasterKey, SRTP_PROFILES, type SrtpProfile, SrtpReceiver, SrtpSender } from "./index.ts";
import { IndexWindow } from "./window.ts";

const SSRC = 0xcafebabe;

for (const profile of SRTP_PROFILES) {
  test(`${profile}: what one end protects the other reads, with CSRCs and extensions in clear`, () => {
    const { sender, receiver } = pair(profile);
    const extended = Buffer.concat([rtp(7), Buffer.alloc(0)]);
    extended[0] = 0x91; // one CSRC and an extension of two words
    const packet = Buffer.concat([
      extended.subarray(0, 12),
      Buffer.from("00000001bede0002aabbccddeeff0011", "hex"),
      randomBytes(900),
    ]);
    const sealed = sender.protectRtp(packet)!;
    assert.deepEqual(sealed.subarray(0, 28), packet.subarray(0, 28));
    assert.notDeepEqual(sealed.subarray(28, packet.length), packet.subarray(28));
    assert.deepEqual(receiver.unprotectRtp(sealed), packet);
    const report = rtcp();
    assert.deepEqual(receiver.unprotectRtcp(sender.protectRtcp(report)!), report);
  });

  test(`${profile}: one flipped bit anywhere is noticed`, () => {
    const { sender, receiver } = pair(profile);
    const sealed = sender.protectRtp(rtp(1))!;
    const report = sender.protectRtcp(rtcp())!;
    for (let bit = 0; bit < sealed.length * 8; bit++)
      assert.equal(receiver.unprotectRtp(flipped(sealed, bit)), undefined);
    for (let bit = 0; bit < report.length * 8; bit++)
      assert.equal(receiver.unprotectRtcp(flipped(report, bit)), undefined);
    assert.ok(receiver.unprotectRtp(sealed), "and none of them spoiled the state for the genuine packet");
    assert.ok(receiver.unprotectRtcp(report));
  });

  test(`${profile}: a replayed packet is dropped, also after 1000 others, and older than the window`, () => {
    const { sender, receiver } = pair(profile);
    const sealed = Array.from({ length: 1500 }, (_, n) => sender.protectRtp(rtp(n))!);
    for (const packet of sealed) assert.ok(receiver.unprotectRtp(packet));
    for (const n of [0, 400, 1000, 1499]) assert.equal(receiver.unprotectRtp(sealed[n]!), undefined);
    const report = sender.protectRtcp(rtcp())!;
    assert.ok(receiver.unprotectRtcp(report));
    assert.equal(receiver.unprotectRtcp(report), undefined);
    assert.equal(receiver.rejects.replayed, 5);
  });

  test(`${profile}: reordered packets around the wrap of the sequence number are read, each once`, () => {
    const { sender, receiver } = pair(profile);
    const sequence = [65530, 65531, 65533, 65532, 0, 65535, 2, 1, 65534, 3];
    const inOrder = sequence.toSorted((a, b) => ((a + 10) % 65536) - ((b + 10) % 65536));
    const sealed = new Map(inOrder.map((n) => [n, sender.protectRtp(rtp(n))!]));
    for (const n of sequence) assert.deepEqual(receiver.unprotectRtp(sealed.get(n)!), rtp(n), `packet ${n}`);
    for (const n of sequence) assert.equal(receiver.unprotectRtp(sealed.get(n)!), undefined, `replay of ${n}`);
  });

  test(`${profile}: three wraps with half of the packets lost`, () => {
    const { sender, receiver } = pair(profile);
    let read = 0;
    for (let n = 0; n < 200_000; n += 997) {
      const sealed = sender.protectRtp(rtp(n % 65536))!;
      if (n % 2 === 0 && receiver.unprotectRtp(sealed)) read++;
    }
    assert.equal(read, 101);
  });

  test(`${profile}: a sequence number is never sent twice`, () => {
    const { sender } = pair(profile);
    assert.ok(sender.protectRtp(rtp(5)));
    assert.ok(sender.protectRtp(rtp(4)), "a late one is");
    assert.equal(sender.protectRtp(rtp(5)), undefined);
    assert.equal(sender.refused, 1);
  });

  test(`${profile}: forged packets of any SSRC leave no state behind`, () => {
    const { sender, receiver } = pair(profile);
    const sealed = sender.protectRtp(rtp(3))!;
    for (let n = 0; n < 1000; n++) {
      const forged = Buffer.from(sealed);
      forged.writeUInt32BE(n, 8);
      assert.equal(receiver.unprotectRtp(forged), undefined);
    }
    assert.deepEqual(receiver.rejects, { malformed: 0, replayed: 0, unauthentic: 1000, sources: 0 });
  });

  test(`${profile}: sources beyond 256 are refused, those known go on`, () => {
    const { sender, receiver } = pair(profile);
    for (let n = 0; n < 256; n++) assert.ok(receiver.unprotectRtp(sender.protectRtp(rtp(1, n))!));
    assert.equal(receiver.unprotectRtp(sender.protectRtp(rtp(1, 256))!), undefined);
    assert.equal(receiver.rejects.sources, 1);
    assert.ok(receiver.unprotectRtp(sender.protectRtp(rtp(2, 0))!));
  });

  test(`${profile}: SRTCP that is not encrypted is refused`, () => {
    const { sender, receiver } = pair(profile);
    const report = sender.protectRtcp(rtcp())!;
    const offset = profile === "SRTP_AEAD_AES_128_GCM" ? report.length - 4 : report.length - 14;
    report[offset]! &= 0x7f;
    assert.equal(receiver.unprotectRtcp(report), undefined);
    assert.equal(receiver.rejects.malformed, 1);
  });

  test(`${profile}: the index of SRTCP counts for each SSRC by itself`, () => {
    const { sender, receiver } = pair(profile);
    const first = sender.protectRtcp(rtcp(1))!;
    const later = sender.protectRtcp(rtcp(2))!;
    assert.ok(receiver.unprotectRtcp(later));
    assert.ok(receiver.unprotectRtcp(first));
  });

  test(`${profile}: any bytes give undefined and no exception`, () => {
    const { receiver, sender } = pair(profile);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const packet = Buffer.from(bytes);
        assert.equal(receiver.unprotectRtp(packet), undefined);
        assert.equal(receiver.unprotectRtcp(packet), undefined);
        sender.protectRtp(packet);
        sender.protectRtcp(packet);
        if (packet.length > 0) packet[0] = 0x90 | (packet[0]! & 0x0f);
        assert.equal(receiver.unprotectRtp(packet), undefined);
        sender.protectRtp(packet);
      }),
    );
  });
}

test("headroom stays free in front of what is protected", () => {
  const profile = "SRTP_AEAD_AES_128_GCM";
  const master = newMaster(profile);
  const plain = new SrtpSender(profile, master).protectRtp(rtp(9))!;
  const roomy = new SrtpSender(profile, master, 4).protectRtp(rtp(9))!;
  assert.deepEqual(roomy.subarray(4), plain);
});

test("the window agrees with a set of all indexes", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4000 }), { maxLength: 300 }), (indexes) => {
      const window = new IndexWindow();
      const used = new Set<number>();
      for (const index of indexes) {
        const tooOld = index <= window.highest - IndexWindow.SIZE;
        assert.equal(window.isUsed(index), tooOld || used.has(index));
        if (!tooOld) window.use(index);
        used.add(index);
      }
    }),
  );
});

function newMaster(profile: SrtpProfile): MasterKey {
  return { key: randomBytes(16), salt: randomBytes(profile === "SRTP_AEAD_AES_128_GCM" ? 12 : 14) };
}

function pair(profile: SrtpProfile) {
  const master = newMaster(profile);
  return { sender: new SrtpSender(profile, master), receiver: new SrtpReceiver(profile, master) };
}

function rtp(sequence: number, ssrc = SSRC): Buffer {
  const packet = Buffer.alloc(60, sequence & 0xff);
  packet.writeUInt16BE(0x8060, 0);
  packet.writeUInt16BE(sequence, 2);
  packet.writeUInt32BE(sequence * 3000, 4);
  packet.writeUInt32BE(ssrc, 8);
  return packet;
}

/** A receiver report without blocks and an SDES's worth of zeros. */
function rtcp(ssrc = SSRC): Buffer {
  const packet = Buffer.alloc(28);
  packet.writeUInt32BE(0x80c90006, 0);
  packet.writeUInt32BE(ssrc, 4);
  return packet;
}

function flipped(packet: Buffer, bit: number): Buffer {
  const copy = Buffer.from(packet);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}
