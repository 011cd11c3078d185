import assert from "node:assert/strict";
import { test } from "node:test";
import type { EdgeState } from "#media";
import { Edges } from "./edges.ts";
import { iceServersFor, type TurnServer } from "./turn-servers.ts";

const allocating = (serverAddress = "e1"): EdgeState => ({ serverAddress, state: "allocating" });
const ready = (serverAddress = "e1"): EdgeState => ({
  serverAddress,
  state: "ready",
  relayed: { address: "203.0.113.10", port: 24000 },
  rttMs: 1,
});
const failed = (code: string, serverAddress = "e1"): EdgeState => ({
  serverAddress,
  state: "failed",
  code,
  detail: "",
  nextTryMs: 1000,
});

const cases: [string, EdgeState[], string | undefined][] = [
  ["nothing known yet", [], undefined],
  ["a first try", [allocating()], undefined],
  ["a failure", [allocating(), failed("TURN_CLIENT_TIMEOUT")], "TURN_CLIENT_TIMEOUT"],
  ["another try after a failure", [failed("TURN_CLIENT_TIMEOUT"), allocating()], "TURN_CLIENT_TIMEOUT"],
  ["success after a failure", [failed("TURN_CLIENT_TIMEOUT"), allocating(), ready()], undefined],
  ["one of two edges failed", [ready("e1"), failed("TURN_CLIENT_TIMEOUT", "e2")], undefined],
  [
    "both failed",
    [failed("TURN_CLIENT_TIMEOUT", "e1"), failed("TURN_CLIENT_UNAUTHORIZED", "e2")],
    "TURN_CLIENT_UNAUTHORIZED",
  ],
];

for (const [what, states, code] of cases)
  test(`${what}: guests outside ${code ? `have no media (${code})` : "may join"}`, () => {
    const edges = new Edges();
    for (const state of states) edges.update(0, state);
    assert.equal(edges.failure?.code, code);
  });

test("what a worker that ended said counts no more", () => {
  const edges = new Edges();
  edges.update(0, failed("TURN_CLIENT_TIMEOUT"));
  edges.update(1, ready());
  edges.forget(1);
  assert.equal(edges.failure?.code, "TURN_CLIENT_TIMEOUT");
  edges.forget(0);
  assert.equal(edges.failure, undefined);
});

test("a guest's ICE servers are each edge's client address over UDP and TCP, with credentials of role guest", () => {
  const shared: TurnServer = {
    ...{ serverAddress: "10.0.1.2", port: 3478, transport: "udp", clientAddress: "203.0.113.10" },
    credentials: { kind: "short-term", sharedSecret: "north" },
  };
  const fixed: TurnServer = {
    ...{
      serverAddress: "10.0.1.3",
      port: 3478,
      transport: "tcp",
      clientAddress: "2001:db8::1",
      tcpPortNumberOverride: 443,
    },
    credentials: { kind: "static", username: "u", password: "p" },
  };
  const [first, second] = iceServersFor([shared, fixed], "guest-1", 1_700_000_000_000);
  assert.deepEqual(first?.urls, ["turn:203.0.113.10:3478?transport=udp", "turn:203.0.113.10:3478?transport=tcp"]);
  assert.equal(first?.username, "1700086400:guest:guest-1");
  assert.match(first?.credential ?? "", /^[A-Za-z0-9+/]{27}=$/);
  assert.deepEqual(second, {
    urls: ["turn:[2001:db8::1]:3478?transport=udp", "turn:[2001:db8::1]:443?transport=tcp"],
    username: "u",
    credential: "p",
  });
});
