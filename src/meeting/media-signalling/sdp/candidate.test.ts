import assert from "node:assert/strict";
import { test } from "node:test";
import { candidateAddress, trickledAddress } from "./candidate.ts";

const lines: [string, string | undefined][] = [
  ["candidate:1 1 udp 2122260223 192.0.2.7 38955 typ host generation 0 ufrag abcd", "192.0.2.7"],
  ["candidate:1 1 UDP 2122260223 192.0.2.7 38955 typ srflx raddr 10.0.0.1 rport 9", "192.0.2.7"],
  ["a=candidate:1 1 udp 1 2001:DB8::1 38955 typ relay", "2001:db8::1"],
  ["candidate:1 1 udp 1 ::ffff:192.0.2.7 38955 typ host", "192.0.2.7"],
  ["candidate:1 1 tcp 1 192.0.2.7 9 typ host tcptype active", undefined],
  ["candidate:1 1 udp 1 4b9d8c2e-1111-2222-3333-444455556666.local 38955 typ host", undefined],
  ["candidate:1 1 udp 1 inside.example.com 38955 typ host", undefined],
  ["", undefined],
];

for (const [line, address] of lines)
  test(`"${line.slice(0, 60)}" lets ${address ?? "nobody"} through`, () => {
    assert.equal(candidateAddress(line), address);
  });

test("what is no candidate as JSON lets nobody through", () => {
  assert.equal(trickledAddress('{"candidate":"candidate:1 1 udp 1 192.0.2.7 1 typ host"}'), "192.0.2.7");
  for (const json of ["", "null", "[]", '{"candidate":7}', "{", `"${"x".repeat(5000)}"`])
    assert.equal(trickledAddress(json), undefined);
});
