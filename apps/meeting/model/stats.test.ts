import assert from "node:assert/strict";
import { test } from "node:test";
import { lossPercent, type StatsEntry, summarise, totalKbps } from "./stats.ts";

/** Shaped as Chromium 156 reports a call through a relay. */
const report = (
  at: number,
  more: { bytes?: number; lost?: number; packets?: number; local?: object } = {},
): StatsEntry[] => [
  {
    id: "T",
    type: "transport",
    timestamp: at,
    selectedCandidatePairId: "P",
    srtpCipher: "AEAD_AES_128_GCM",
    dtlsCipher: "TLS_ECDHE",
  },
  { id: "P", type: "candidate-pair", localCandidateId: "L", remoteCandidateId: "R", currentRoundTripTime: 0.1044 },
  {
    id: "L",
    type: "local-candidate",
    candidateType: "relay",
    relayProtocol: "tcp",
    protocol: "udp",
    address: "203.0.113.10",
    port: 24_002,
    ...more.local,
  },
  { id: "R", type: "remote-candidate", candidateType: "relay", protocol: "udp", address: "203.0.113.10", port: 24_000 },
  { id: "C", type: "codec", mimeType: "video/VP8" },
  {
    id: "I",
    type: "inbound-rtp",
    kind: "video",
    codecId: "C",
    bytesReceived: more.bytes ?? 1000,
    packetsReceived: more.packets ?? 100,
    packetsLost: more.lost ?? 0,
    framesDecoded: 30,
    jitter: 0.0123,
  },
];

test("the path is read from the selected pair", () => {
  const path = (local: object) => summarise(report(0, { local })).path;
  assert.equal(path({}), "relay/tcp");
  assert.equal(path({ relayProtocol: "udp" }), "relay/udp");
  assert.equal(path({ relayProtocol: "tls" }), "relay/tls");
  assert.equal(path({ candidateType: "srflx" }), "direct");
  assert.equal(path({ candidateType: "prflx" }), "direct");
  assert.equal(summarise([]).path, "unknown");
});

test("round trip, addresses, cipher and codec are told", () => {
  const summary = summarise(report(0));
  assert.equal(summary.roundTripMs, 104);
  assert.deepEqual(summary.pair, { local: "relay udp 203.0.113.10:24002", remote: "relay udp 203.0.113.10:24000" });
  assert.equal(summary.encryption, "TLS_ECDHE, AEAD_AES_128_GCM");
  const [video] = summary.inbound;
  assert.equal(video?.codec, "VP8");
  assert.equal(video?.framesDecoded, 30);
  assert.equal(video?.jitterMs, 12);
});

test("rates and loss are of the time since the summary before", () => {
  const first = summarise(report(1000));
  assert.equal(totalKbps(first.inbound), undefined);
  const second = summarise(report(3000, { bytes: 251_000, packets: 190, lost: 10 }), first);
  assert.equal(totalKbps(second.inbound), 1000);
  assert.equal(lossPercent(second, first), 10);
  assert.equal(lossPercent(first, undefined), 0);
});

test("a report of strange shape is summed up without an exception", () => {
  const summary = summarise([{ id: "I", type: "inbound-rtp", bytesReceived: "many", jitter: Number.NaN, codecId: 7 }]);
  assert.equal(summary.inbound[0]?.bytes, 0);
  assert.equal(summary.inbound[0]?.codec, "");
});
