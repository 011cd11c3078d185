import assert from "node:assert/strict";
import { test } from "node:test";
import { type FirstBytes, firstBytes } from "./first-bytes.ts";

const CASES: readonly (readonly [hex: string, kind: FirstBytes | undefined, what: string])[] = [
  ["", undefined, "nothing yet"],
  ["00", undefined, "a STUN request's first byte"],
  ["0003000821 12a4", undefined, "seven bytes of an Allocate request"],
  ["0003000821 12a442", "stun", "eight bytes of an Allocate request"],
  ["0111000021 12a442 0102", "stun", "more than eight bytes"],
  ["0003000820", "other", "a wrong cookie, as soon as it shows"],
  ["0003000821 12a443", "other", "a wrong cookie's last byte"],
  ["04", "other", "the top bits of no STUN message"],
  ["16", "tls", "a TLS handshake"],
  ["17", "other", "TLS, but no handshake"],
  ["4000", "channel-data", "ChannelData"],
  ["474554", "channel-data", "plain HTTP, which begins like ChannelData"],
  ["80", "other", "RTP, or SSL 2"],
];

for (const [hex, kind, what] of CASES)
  test(`${what} is ${kind ?? "not decided"}`, () =>
    assert.equal(firstBytes(Buffer.from(hex.replaceAll(" ", ""), "hex")), kind));
