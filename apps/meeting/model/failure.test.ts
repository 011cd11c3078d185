import assert from "node:assert/strict";
import { test } from "node:test";
import { explainFailure, type JoinFacts, type PathFacts } from "./failure.ts";

const answer = (status: number, more: object = {}): JoinFacts => ({ step: "finding", what: "answer", status, ...more });
const path = (facts: Partial<PathFacts>): JoinFacts => ({
  step: "path",
  answered: true,
  local: { host: 1, srflx: 0, relay: 0 },
  remote: 1,
  relayOffered: true,
  turnErrors: [],
  checksSent: 9,
  ...facts,
});
const nothing = { host: 0, srflx: 0, relay: 0 };

const table: readonly (readonly [happened: string, facts: JoinFacts, told: string])[] = [
  ["no network", { step: "finding", what: "offline" }, "finding APP_OFFLINE"],
  ["no answer", { step: "finding", what: "unanswered" }, "finding APP_SERVICE_SILENT"],
  ["an answer that is no JSON", { step: "finding", what: "garbled" }, "finding APP_SERVICE_FAILED"],
  ["wrong ID or passcode", answer(403, { code: "JOIN_REFUSED" }), "finding JOIN_REFUSED"],
  ["403 without a code", answer(403), "finding JOIN_REFUSED"],
  ["too many tries", answer(429, { code: "JOIN_RATE_LIMITED", retryAfter: 30 }), "finding JOIN_RATE_LIMITED"],
  ["no bridge link", answer(503, { code: "BRIDGE_LINK_DOWN" }), "finding BRIDGE_LINK_DOWN"],
  ["no tunnel", answer(502, { code: "EDGE_TUNNEL_DOWN" }), "finding EDGE_TUNNEL_DOWN"],
  ["no Web Bridge", answer(502, { code: "CORE_WEB_BRIDGE_UNREACHABLE" }), "finding CORE_WEB_BRIDGE_UNREACHABLE"],
  ["a proxy's bare 502", answer(502), "finding APP_SERVICE_FAILED"],
  ["a code from a newer server", answer(409, { code: "JOIN_LOCKED" }), "finding JOIN_LOCKED"],
  ["token refused", { step: "server", what: "refused" }, "server APP_SIGNALLING_REFUSED"],
  ["socket not opened", { step: "server", what: "unreachable" }, "server APP_SIGNALLING_UNREACHABLE"],
  [
    "socket not opened since the tunnel just went",
    { step: "server", what: "unreachable", code: "EDGE_TUNNEL_DOWN" },
    "server EDGE_TUNNEL_DOWN",
  ],
  ["socket silent", { step: "server", what: "unanswered" }, "server APP_SIGNALLING_SILENT"],
  ["socket closed", { step: "server", what: "closed" }, "server APP_SIGNALLING_CLOSED"],
  ["the program did not load", { step: "server", what: "app" }, "server APP_NOT_LOADED"],
  ["an old browser", { step: "server", what: "unsupported" }, "server APP_BROWSER_UNSUPPORTED"],
  ["no answer to the offer", path({ answered: false }), "path APP_MEDIA_NOT_OFFERED"],
  ["an answer without an address", path({ remote: 0 }), "path APP_MEDIA_NOT_OFFERED"],
  ["TURN said 401 twice", path({ turnErrors: [401] }), "path APP_TURN_REFUSED"],
  ["one TURN address silent, the other refused", path({ turnErrors: [701, 401] }), "path APP_TURN_REFUSED"],
  ["quota of allocations", path({ turnErrors: [486] }), "path APP_TURN_FULL"],
  ["no room for a relay", path({ turnErrors: [701, 508] }), "path APP_TURN_FULL"],
  ["all TURN addresses silent", path({ turnErrors: [701, 701] }), "path APP_TURN_UNREACHABLE"],
  ["TURN silent and no address of its own", path({ turnErrors: [701], local: nothing }), "path APP_TURN_UNREACHABLE"],
  ["no candidate at all", path({ local: nothing }), "path APP_NO_CANDIDATES"],
  [
    "a relay, but no check answered",
    path({ local: { ...nothing, relay: 1 }, turnErrors: [701] }),
    "path APP_CHECKS_UNANSWERED",
  ],
  ["a relay was offered and never came", path({}), "path APP_TURN_UNREACHABLE"],
  ["no relay is needed, and no check answered", path({ relayOffered: false }), "path APP_CHECKS_UNANSWERED"],
  ["the server has no relay any more", path({ sentAway: true }), "path MEDIA_NO_RELAY"],
  ["DTLS alert", { step: "securing", what: "failed" }, "securing APP_DTLS_FAILED"],
  ["DTLS silence", { step: "securing", what: "unanswered" }, "securing APP_DTLS_FAILED"],
];

for (const [happened, facts, told] of table)
  test(`${happened}: ${told}`, () => {
    const failure = explainFailure(facts);
    assert.equal(`${failure.step} ${failure.code}`, told);
  });

test("the time to wait is passed on", () => {
  assert.equal(explainFailure(answer(429, { code: "JOIN_RATE_LIMITED", retryAfter: 30 })).retryAfter, 30);
});

test("the server speaks for itself only where the app has no sentence of its own", () => {
  assert.equal(explainFailure(answer(403, { code: "JOIN_REFUSED", message: "No." })).said, undefined);
  assert.equal(explainFailure(answer(409, { code: "JOIN_LOCKED", message: "Locked." })).said, "Locked.");
});
