import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalAddress, inPrefixes, parseHostPort, parsePrefix, sourceNetwork } from "./addresses.ts";

const CANONICAL: readonly (readonly [string, string | undefined, string])[] = [
  ["192.0.2.1", "192.0.2.1", "plain IPv4"],
  ["2001:DB8::0:1", "2001:db8::1", "IPv6 in RFC 5952 form"],
  ["::ffff:10.0.0.1", "10.0.0.1", "IPv4-mapped"],
  ["::127.0.0.1", "127.0.0.1", "IPv4-compatible"],
  ["64:ff9b::7f00:1", "127.0.0.1", "NAT64, RFC 6052"],
  ["64:ff9b:1::a00:1", "10.0.0.1", "local NAT64, RFC 8215"],
  ["2002:7f00:1::1", "127.0.0.1", "6to4"],
  ["2001:0:0:0:0:0:f5ff:fffe", "10.0.0.1", "Teredo"],
  ["fe80::5efe:10.0.0.1", "10.0.0.1", "ISATAP"],
  ["::1", "::1", "loopback stays IPv6"],
  ["::", "::", "unspecified stays IPv6"],
  ["0x7f.1", undefined, "no inet_aton forms"],
  ["127.1", undefined, "no short forms"],
  ["010.0.0.1", undefined, "no octal"],
  ["example.com", undefined, "no names"],
  ["", undefined, "no empty text"],
];

for (const [text, expected, why] of CANONICAL)
  test(`canonicalAddress("${text}") is ${expected}: ${why}`, () => assert.equal(canonicalAddress(text), expected));

test("a prefix matches its own family only", () => {
  const prefixes = [parsePrefix("10.0.0.0/8")!, parsePrefix("2001:db8::/32")!];
  assert.equal(inPrefixes("10.9.8.7", prefixes), true);
  assert.equal(inPrefixes("11.0.0.0", prefixes), false);
  assert.equal(inPrefixes("2001:db8::7", prefixes), true);
  assert.equal(inPrefixes("::1", prefixes), false);
});

test("host and port are read with their limits", () => {
  assert.deepEqual(parseHostPort("edge.example.com:2222"), { address: "edge.example.com", port: 2222 });
  assert.deepEqual(parseHostPort("[2001:db8::1]:443"), { address: "2001:db8::1", port: 443 });
  assert.deepEqual(parseHostPort("10.0.0.1", 443), { address: "10.0.0.1", port: 443 });
  assert.equal(parseHostPort("10.0.0.1"), undefined);
  assert.equal(parseHostPort("10.0.0.1:70000"), undefined);
  assert.equal(parseHostPort("a b:1"), undefined);
});

test("IPv6 sources count by their /64, IPv4 in any clothing as IPv4", () => {
  const same = ["2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6"].map(sourceNetwork);
  assert.equal(same[0], same[1]);
  assert.notEqual(sourceNetwork("2001:db8::1"), sourceNetwork("2001:db8:0:1::1"));
  assert.equal(sourceNetwork("::ffff:192.0.2.1"), "192.0.2.1");
});
