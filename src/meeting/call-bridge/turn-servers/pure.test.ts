import assert from "node:assert/strict";
import { test } from "node:test";
import { TurnpikeError } from "#base";
import { chooseHost } from "./choose.ts";
import { failureOf } from "./failure.ts";
import { Host } from "./host.ts";
import { iceServerOf } from "./ice-servers.ts";
import { type Contender, prefer } from "./preference.ts";
import { type TurnServer, tcpPortOf, urlsOf, waysOf } from "./turn-server.ts";

const SERVER: TurnServer = {
  ...{ id: "1", serverAddress: "10.0.1.2", clientAddress: "203.0.113.10", type: "expressway", portNumber: 3478 },
  ...{ transport: "udp", tcpPortNumberOverride: undefined, tlsAddress: undefined, ours: true },
  credentials: { kind: "short-term", sharedSecret: "north" },
};

const ports: [type: string, override: number | undefined, port: number][] = [
  ["acano", undefined, 3478],
  ["cms", undefined, 3478],
  ["expressway", undefined, 3478],
  ["standard", undefined, 443],
  ["lyncEdge", undefined, 443],
  ["expressway", 443, 443],
  ["standard", 3478, 3478],
];
for (const [type, tcpPortNumberOverride, port] of ports)
  test(`TCP of type ${type} with override ${tcpPortNumberOverride ?? "unset"} is on port ${port}`, () => {
    assert.equal(tcpPortOf({ type, tcpPortNumberOverride }), port);
  });

const urls: [what: string, change: Partial<TurnServer>, urls: string[]][] = [
  ["an IPv4 address", {}, ["turn:203.0.113.10:3478?transport=udp", "turn:203.0.113.10:3478?transport=tcp"]],
  [
    "an IPv6 address, in brackets",
    { clientAddress: "2001:db8::1", type: "standard" },
    ["turn:[2001:db8::1]:3478?transport=udp", "turn:[2001:db8::1]:443?transport=tcp"],
  ],
  [
    "a name for TLS, on 443",
    { tlsAddress: "turn.example.com", portNumber: 5000 },
    [
      "turn:203.0.113.10:5000?transport=udp",
      "turn:203.0.113.10:3478?transport=tcp",
      "turns:turn.example.com:443?transport=tcp",
    ],
  ],
  [
    "a name for TLS, on the overridden port",
    { tlsAddress: "turn.example.com", tcpPortNumberOverride: 8443 },
    [
      "turn:203.0.113.10:3478?transport=udp",
      "turn:203.0.113.10:8443?transport=tcp",
      "turns:turn.example.com:8443?transport=tcp",
    ],
  ],
];
for (const [what, change, expected] of urls)
  test(`guests are told ${what}`, () => assert.deepEqual(urlsOf({ ...SERVER, ...change }), expected));

test("a guest's credentials are made from the shared secret for it alone, or are the static ones, or there is no server", () => {
  const now = 1_700_000_000_000;
  const made = iceServerOf(SERVER, "guest-1", now);
  assert.equal(made?.username, "1700086400:guest:guest-1");
  assert.match(made?.credential ?? "", /^[A-Za-z0-9+/]{27}=$/);
  const fixed = { kind: "static", username: "u", password: "p" } as const;
  const { username, credential } = iceServerOf({ ...SERVER, credentials: fixed }, "guest-1", now)!;
  assert.deepEqual([username, credential], ["u", "p"]);
  const none = { kind: "none", missing: "username" } as const;
  assert.equal(iceServerOf({ ...SERVER, credentials: none }, "guest-1", now), undefined);
});

test("each port and transport is tried once, the Call Bridge's own first", () => {
  assert.deepEqual(waysOf({ ...SERVER, transport: "tcp" }), [
    { port: 3478, transport: "tcp" },
    { port: 3478, transport: "udp" },
  ]);
  assert.deepEqual(waysOf({ ...SERVER, transport: "tcp", portNumber: 5000, tcpPortNumberOverride: 443 }), [
    { port: 5000, transport: "tcp" },
    { port: 5000, transport: "udp" },
    { port: 443, transport: "tcp" },
  ]);
});

const contender = (id: string, rttMs: number, state: Contender["state"] = "reachable"): Contender => ({
  ...{ id, state, rttMs },
});
const orders: [what: string, before: string[], contenders: Contender[], order: string][] = [
  ["the nearest of new ones is first", [], [contender("a", 20), contender("b", 3), contender("c", 19)], "b c a"],
  ["equals keep their places", ["a", "b"], [contender("a", 8), contender("b", 4)], "a b"],
  ["small shares of long ways are no reason", ["a", "b"], [contender("a", 100), contender("b", 85)], "a b"],
  ["a much nearer one takes the place", ["a", "b"], [contender("a", 100), contender("b", 60)], "b a"],
  ["one that fails is last", ["a", "b"], [contender("a", 1, "failed"), contender("b", 90)], "b a"],
  [
    "one not yet known is behind those that work",
    ["a", "b"],
    [contender("a", 0, "unknown"), contender("b", 90)],
    "b a",
  ],
  ["one that comes back needs to be nearer to lead", ["b", "a"], [contender("a", 2), contender("b", 4)], "b a"],
  ["one that was taken away has no place", ["a", "b"], [contender("b", 4)], "b"],
];
for (const [what, before, contenders, order] of orders)
  test(`preference: ${what}`, () => assert.equal(prefer(before, contenders).join(" "), order));

test("of failures the API's words say what kind they are", () => {
  const refused = (wire: number) => Object.assign(error("TURN_CLIENT_REFUSED"), { wire });
  const words = [
    error("TURN_CLIENT_UNAUTHORIZED"),
    error("TURN_CLIENT_TIMEOUT"),
    error("TURN_SERVER_NAME_UNKNOWN"),
    refused(486),
    refused(508),
    refused(403),
    new Error("something else"),
  ].map((thrown) => failureOf(thrown).reason);
  assert.deepEqual(words, [
    ...["authenticationFailure", "connectFailure", "dnsFailure", "serviceUnavailable", "serviceUnavailable"],
    ...["error", "connectFailure"],
  ]);
});

const UDP = { port: 3478, transport: "udp" } as const;
const good = { reachable: true, rttMs: 5, mapped: undefined } as const;
const bad = { reachable: false, failure: failureOf(error("TURN_CLIENT_TIMEOUT")) } as const;

test("relays go the way that was chosen, another while that fails, and back once it can be trusted", () => {
  const [udp, tcp] = [new Host("10.0.1.2", UDP), new Host("10.0.1.2", { port: 443, transport: "tcp" })];
  const hosts = [udp, tcp];
  const choose = (current: Host | undefined, inUse = false) => chooseHost(hosts, UDP, current, inUse);
  assert.equal(choose(undefined), udp, "before anything is known");
  tcp.tried(good, 0);
  assert.equal(choose(udp), udp, "not yet tried itself");
  udp.tried(bad, 0);
  assert.equal(choose(udp, true), udp, "relays are there: a try that failed is no reason");
  assert.equal(choose(udp), tcp);
  udp.tried(good, 0);
  udp.tried(good, 0);
  assert.equal(choose(tcp, true), tcp);
  udp.tried(good, 0);
  assert.equal(choose(tcp, true), udp);
  tcp.tried(bad, 0);
  udp.tried(bad, 0);
  assert.equal(choose(udp), udp, "nothing is better");
  assert.equal(chooseHost([], UDP, udp, true), undefined);
});

function error(code: string): TurnpikeError {
  return new TurnpikeError(code, { kind: "system", text: code, remedy: "" });
}
