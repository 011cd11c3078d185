import assert from "node:assert/strict";
import { test } from "node:test";
import { TCP_FLAG, tcpPacket, udpPacket } from "./ip-packet.ts";

const at = (address: string, port: number) => ({ address, port });

test("a UDP packet over IPv4 has the fields of RFC 791 and 768, and sums that are right", () => {
  const packet = udpPacket(at("192.0.2.1", 1000), at("198.51.100.2", 2000), Buffer.from("hi"));
  assert.equal(packet.toString("hex", 0, 10), "4500001e000040004011");
  assert.equal(packet.toString("hex", 12, 26), "c0000201c633640203e807d0000a");
  assert.equal(String(packet.subarray(28)), "hi");
  assert.equal(sumOf(packet.subarray(0, 20)), 0xffff);
  const pseudo = Buffer.from("c0000201c63364020011000a", "hex");
  assert.equal(sumOf(Buffer.concat([pseudo, packet.subarray(20)])), 0xffff);
});

test("a payload in two buffers is one, and an odd length is summed with a zero behind it", () => {
  const one = udpPacket(at("192.0.2.1", 1), at("192.0.2.2", 2), Buffer.from("abcde"));
  const two = udpPacket(at("192.0.2.1", 1), at("192.0.2.2", 2), [Buffer.from("abc"), Buffer.from("de")]);
  assert.deepEqual(one, two);
  const pseudo = Buffer.from("c0000201c00002020011000d", "hex");
  assert.equal(sumOf(Buffer.concat([pseudo, one.subarray(20), Buffer.alloc(1)])), 0xffff);
});

test("a TCP segment over IPv6 has its numbers, flags and options, and a sum over its pseudo header", () => {
  const segment = {
    flags: TCP_FLAG.syn | TCP_FLAG.ack,
    sequence: 0xffffffff,
    acknowledged: 7,
    options: Buffer.from("02048000", "hex"),
  };
  const packet = tcpPacket(at("2001:db8::1", 443), at("2001:db8::2", 50_000), segment, Buffer.from("x"));
  assert.equal(packet.toString("hex", 0, 8), "6000000000190640");
  assert.equal(packet.toString("hex", 40, 56), "01bbc350ffffffff000000076012ffff");
  const pseudo = Buffer.concat([packet.subarray(8, 40), Buffer.from("0000001900000006", "hex")]);
  assert.equal(sumOf(Buffer.concat([pseudo, packet.subarray(40), Buffer.alloc(1)])), 0xffff);
});

for (const [what, from, to, hex] of [
  ["an IPv4 client of a dual-stack socket", "::ffff:192.0.2.1", "::", "c000020100000000"],
  ["a socket bound to all IPv4 addresses", "192.0.2.1", "0.0.0.0", "c000020100000000"],
  ["a scoped address", "192.0.2.1", "192.0.2.2%eth0", "c0000201c0000202"],
] as const)
  test(`${what} is shown as on the wire`, () => {
    const packet = udpPacket(at(from, 1), at(to, 2), Buffer.alloc(0));
    assert.equal(packet.toString("hex", 12, 20), hex);
  });

/** RFC 1071, the slow way: 0xffff if the sum in it is right. */
function sumOf(bytes: Buffer): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += bytes.readUInt16BE(i);
    sum = (sum & 0xffff) + (sum >>> 16);
  }
  return sum;
}
