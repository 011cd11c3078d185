import assert from "node:assert/strict";
import { test } from "node:test";
import { drainText, reloadText, verdictText } from "./act-text.ts";
import { relayText } from "./relay-text.ts";
import { relaysText } from "./relays-text.ts";
import { bar, statusText } from "./status-text.ts";
import { busy, idle, look, relay, rows } from "./test-samples.ts";

const linesOf = (text: string) => text.split("\n");

test("an idle server shows what stands at the foot of the guide's page, and no empty section", () => {
  assert.equal(
    statusText(idle, look()),
    `TURN server status
  Status               Active
  Running for          3 min 20 s
  Realm                turnpike
  Listening            192.0.2.10:3478 UDP, TCP and TLS
  TCP connections      0
  Active TURN clients  0
    by connection      -
    by role            -
  Active TURN relays   0
  Packet plane         TypeScript, 1 thread, turn.plane says so

Relay ports
                                in use   free  resting  reserved
  IPv4  [--------------------]       0  6,000        0         0

Traffic
                             packets  bytes
  from clients to peers            0    0 B
  from peers to clients            0    0 B
  relay to relay, in memory        0
  dropped: no permission           0
  dropped: congested               0
  dropped: above a limit           0`,
  );
});

test("a busy server shows clients by connection and role, its answers, what it refused, and its cluster", () => {
  const lines = linesOf(statusText(busy, look()));
  for (const line of [
    "  Status               Draining",
    "  Running for          3 d 4 h",
    "                       192.0.2.10:443 TCP and TLS beside the web server",
    "    by connection      1,500 UDP, 40 TCP, 200 TLS",
    "  IPv6  [#-------------------]      62  5,938        0         0",
    "  Packet plane         native, 2 threads, the native addon is built",
    "  sent in runs                      730,000,000  in 81,000,000 sends",
    "  runs sent one by one                       12  EIO",
    "  not handed to TypeScript in time            3",
    "  createPermission  120,450    success    252,000",
    "  allocate            4,021    438            310",
    "  4  not a public address",
    "  1,200  401 budget",
    "  from peers to clients      1,812,345,678  1.56 TiB",
    "  192.0.2.11:3478      reachable    12 of 1,800 allocations",
    "  [2001:db8::12]:3478  unreachable",
  ])
    assert.ok(lines.includes(line), line);
});

test("between two looks the traffic has a rate, and none is below zero after a restart of the server", () => {
  const { traffic } = busy;
  const before = { ...traffic, sentBytes: traffic.sentBytes - 16_000, receivedBytes: traffic.receivedBytes + 1 };
  const text = statusText(busy, look(), { traffic: before, elapsedMs: 2000 });
  assert.match(text, /packets +bytes +now\n/);
  assert.match(text, /from clients to peers .* GiB +64\.0 kbit\/s\n/);
  assert.match(text, /from peers to clients .* TiB +0 bit\/s\n/);
});

test("the bar of relay ports shows one port in use and one that is free", () => {
  const gauge = (used: number, free: number) => ({ family: "ipv4", used, free, quarantined: 0, reserved: 0 }) as const;
  const toned = (used: number, free: number) => bar(gauge(used, free), (tone, text) => (text ? `${tone}${text}` : ""));
  assert.equal(toned(0, 6000), `[dim${"-".repeat(20)}]`);
  assert.equal(toned(1, 5999), `[good#dim${"-".repeat(19)}]`);
  assert.equal(toned(5000, 1000), `[warn${"#".repeat(16)}dim----]`);
  assert.equal(toned(5999, 1), `[bad${"#".repeat(19)}dim-]`);
  assert.equal(toned(6000, 0), `[bad${"#".repeat(20)}]`);
  assert.equal(toned(0, 0), `[bad${"#".repeat(20)}]`);
});

test("the table of relays is in the order of their ids, with what is not yet there and what is too much in words", () => {
  assert.equal(relaysText([], look()), "No client uses a relay.");
  const text = relaysText(rows(8), look(Number.POSITIVE_INFINITY));
  assert.equal(linesOf(text)[0], "TURN relay usage: 8 clients, 9 relays");
  assert.deepEqual(
    [...text.matchAll(/^ +(\d+) {2}/gm)].map((match) => match[1]),
    ["1", "2", "3", "4", "5", "6", "7", "8"],
  );
  assert.match(text, /^ +6 {2}203\.0\.113\.3:50074 +none yet +TLS +192\.0\.2\.10:24102$/m);
  assert.match(text, /^ +192\.0\.2\.10:24103\n +and 3 more$/m);
});

test("where a client's IPv6 addresses do not fit, it is a block between the rows of the others", () => {
  const text = relaysText(rows(8), look());
  assert.match(text, /^ +4 {2}203\.0\.113\.5:50148 +192\.0\.2\.10:24001 +TCP +192\.0\.2\.10:24104$/m);
  assert.match(
    text,
    /^ {3}5 {2}203\.0\.113\.4:50111 {2}UDP\n {4}relays {2}192\.0\.2\.10:24103\n {12}\[2001:db8:[^\n]+\n {4}media {3}192/m,
  );
  assert.doesNotMatch(relaysText(rows(3, "ipv6"), look()), /Protocol/);
});

test("a relay's page shows its summary, permissions, channels and counters", () => {
  const text = relayText(relay, look());
  for (const line of [
    "TURN relay summary: 12",
    "  Connection protocol  TLS",
    "                       [2001:db8::10]:24000 udp",
    "  Since                1 h 2 min",
    "  Expires in           6 min 40 s",
    "  2001:db8::10  1 min",
    "  0x4000   192.0.2.10:24001  9 min 50 s",
    "  Requests received  31: allocate 2, refresh 7, createPermission 15,",
    "                     channelBind 7",
    "  Success responses  29",
    "  Error responses    2: 401 1, 438 1",
  ])
    assert.ok(linesOf(text).includes(line), line);
  const fresh = relayText({ ...relay, permissions: [], channels: [], requests: {}, responses: {} }, look());
  assert.match(fresh, /Permissions for this relay\n {2}none\n/);
  assert.match(fresh, /Requests received {2}0\n/);
});

test("no text is wider than 80 columns, ends a line in blanks, or lets a client's name steer the terminal", () => {
  const texts = [
    statusText(idle, look()),
    statusText(busy, look(), { traffic: busy.traffic, elapsedMs: 1000 }),
    ...[0, 1, 40].flatMap((many) => [relaysText(rows(many), look()), relaysText(rows(many, "ipv6"), look())]),
    relayText(relay, look()),
  ];
  for (const line of texts.flatMap(linesOf)) {
    assert.ok(line.length <= 80, line);
    assert.doesNotMatch(line, /\s$|\p{Cc}/u);
  }
  assert.match(relayText(relay, look()), /guest:\?\[31mann \(guest\)/);
});

test("a verdict names the peer as it was judged, and the rule", () => {
  const peer = { address: "64:ff9b::7f00:1", port: 80 };
  const refused = {
    role: "guest",
    user: "ann\u0007",
    peer,
    canonical: "127.0.0.1",
    allowed: false,
    rule: "r",
  } as const;
  assert.equal(
    verdictText(refused, look()),
    "Refused: ann? may not reach [64:ff9b::7f00:1]:80.\n  Rule       r\n  Role       guest\n  Judged as  127.0.0.1",
  );
  const allowed = {
    ...refused,
    user: "b",
    peer: { address: "192.0.2.1", port: 0 },
    canonical: "192.0.2.1",
    allowed: true,
  };
  assert.equal(verdictText(allowed, look()), "Allowed: b may reach 192.0.2.1.\n  Rule  r\n  Role  guest");
});

test("draining says how much is left, and a reload what changed", () => {
  assert.equal(drainText({ state: "active", allocations: 4 }, look()), "Active: new allocations are taken.");
  const draining = (allocations: number) => drainText({ state: "draining", allocations }, look());
  assert.equal(draining(0), "Draining: no new allocations are taken; none is left.");
  assert.equal(draining(1), "Draining: no new allocations are taken; 1 is left.");
  assert.equal(draining(12), "Draining: no new allocations are taken; 12 are left.");
  assert.equal(reloadText([]), "Read again; nothing changed.");
  assert.equal(reloadText(["a", "b"]), "Changed without a restart:\n  a\n  b");
});
