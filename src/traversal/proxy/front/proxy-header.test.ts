import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type ProxyHeader, readProxyHeader } from "./proxy-header.ts";

const SIGNATURE = "0d0a0d0a000d0a515549540a";
const V4 = `${SIGNATURE}2111000c c0000201 c6336401 dc04 01bb`;
const V6 = `${SIGNATURE}21210024 20010db8000000000000000000000001 20010db8000000000000000000000002 dc04 01bb`;
const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const line = (text: string) => Buffer.from(`${text}\r\n`, "latin1");

const V4_CLIENT = { address: "192.0.2.1", port: 56324 };
const V6_CLIENT = { address: "2001:db8::1", port: 56324 };

const GOOD: readonly (readonly [what: string, bytes: Buffer, source: ProxyHeader["source"]])[] = [
  ["version 1, TCP4", line("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443"), V4_CLIENT],
  ["version 1, TCP6", line("PROXY TCP6 2001:db8::1 2001:db8::2 56324 443"), V6_CLIENT],
  ["version 1, UNKNOWN", line("PROXY UNKNOWN"), undefined],
  [
    "version 1, UNKNOWN and the longest line",
    line("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535".padEnd(105, "f")),
    undefined,
  ],
  ["version 2, TCP over IPv4", hex(V4), V4_CLIENT],
  ["version 2, TCP over IPv6", hex(V6), V6_CLIENT],
  ["version 2, IPv4 and TLVs", hex(`${V4.replace("000c", "0013")} 040004deadbeef`), V4_CLIENT],
  ["version 2, LOCAL", hex(`${SIGNATURE}20000000`), undefined],
  ["version 2, LOCAL with addresses", hex(V4.replace("2111", "2011")), undefined],
  ["version 2, UNSPEC", hex(`${SIGNATURE}21000000`), undefined],
];

for (const [what, bytes, source] of GOOD)
  test(`${what} is read to its end, and what follows is not looked at`, () => {
    assert.deepEqual(readProxyHeader(bytes), { source, length: bytes.length });
    assert.deepEqual(readProxyHeader(Buffer.concat([bytes, Buffer.from("GET / HTTP/1.1\r\n")])), {
      source,
      length: bytes.length,
    });
    for (let length = 0; length < bytes.length; length++)
      assert.equal(readProxyHeader(bytes.subarray(0, length)), "incomplete", `${length} bytes`);
  });

const BAD: readonly (readonly [what: string, bytes: Buffer])[] = [
  ["a ClientHello", hex("1603010200010001fc0303")],
  ["a request", line("GET / HTTP/1.1")],
  ["an SSH greeting", line("SSH-2.0-OpenSSH_9.2")],
  ["small letters", line("proxy TCP4 192.0.2.1 198.51.100.1 56324 443")],
  ["LF alone", Buffer.from("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\n")],
  ["a line over 107 bytes", line(`PROXY UNKNOWN ${"f".repeat(200)}`)],
  ["a line without end", Buffer.from("PROXY UNKNOWN ".padEnd(300, "f"))],
  ["UDP", line("PROXY UDP4 192.0.2.1 198.51.100.1 56324 443")],
  ["a port over 65535", line("PROXY TCP4 192.0.2.1 198.51.100.1 65536 443")],
  ["an IPv6 address as TCP4", line("PROXY TCP4 2001:db8::1 198.51.100.1 56324 443")],
  ["an IPv4 address as TCP6", line("PROXY TCP6 192.0.2.1 2001:db8::2 56324 443")],
  ["a short form of an address", line("PROXY TCP4 192.1 198.51.100.1 56324 443")],
  ["no address", line("PROXY TCP4 999.0.2.1 198.51.100.1 56324 443")],
  ["two spaces", line("PROXY TCP4  192.0.2.1 198.51.100.1 56324 443")],
  ["a damaged signature", hex("0d0a0d0a000d0a515549540b 21110000")],
  ["version 1 in binary", hex(V4.replace("2111", "1111"))],
  ["an unknown command", hex(V4.replace("2111", "2211"))],
  ["UDP in binary", hex(V4.replace("2111", "2112"))],
  ["a UNIX socket", hex(`${SIGNATURE}213100d8${"00".repeat(216)}`)],
  ["too few bytes of addresses", hex(`${SIGNATURE}2111000b c0000201 c6336401 dc0401`)],
  ["more TLVs than anyone sends", hex(`${SIGNATURE}2111ffff`)],
];

for (const [what, bytes] of BAD)
  test(`${what} is no PROXY header`, () => assert.equal(readProxyHeader(bytes), "malformed"));

test("any bytes give an answer, and never more length than there is", () => {
  const start = fc.constantFrom(Buffer.alloc(0), Buffer.from("PROXY TCP"), hex(SIGNATURE), hex(V4).subarray(0, 15));
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 300 }), (head, rest) => {
      const bytes = Buffer.concat([head, rest]);
      const answer = readProxyHeader(bytes);
      if (typeof answer !== "string") assert.ok(answer.length <= bytes.length && answer.length > 0);
    }),
    { numRuns: 2000 },
  );
});
