import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock, memoryLog, parsePrefix } from "#base";
import { FAILURES, type Failure } from "./failures.ts";
import { Protection, type ProtectionOptions } from "./protection.ts";

const GUEST = "192.0.2.1";
const OTHER = "192.0.2.2";

function world(options: ProtectionOptions = {}) {
  const clock = new ManualClock();
  const log = memoryLog();
  const protection = new Protection({ clock, log, ...options });
  const changes: string[] = [];
  protection.onChange(({ kind, row }) => changes.push(`${kind} ${row.source}`));
  const fail = (times: number, what: Failure = "tls-malformed", address = GUEST) => {
    for (let i = 0; i < times; i++) protection.fail(address, what);
  };
  return { clock, log, protection, changes, fail };
}

test("a source that keeps failing is blocked, others are not, and it is let in again when its time is over", () => {
  const { protection, clock, changes, fail } = world();
  fail(10);
  assert.equal(protection.admit(GUEST), "blocked");
  assert.equal(protection.admit(OTHER), "ok");
  const [row] = protection.status().blocked;
  assert.deepEqual(row, {
    source: GUEST,
    since: clock.now(),
    until: clock.now() + 60_000,
    why: "10 × malformed TLS",
    byHand: false,
    count: 1,
  });
  clock.advance(59_999);
  assert.equal(protection.admit(GUEST), "blocked");
  clock.advance(1);
  assert.equal(protection.admit(GUEST), "ok");
  assert.deepEqual(changes, [`blocked ${GUEST}`, `unblocked ${GUEST}`]);
  assert.deepEqual(protection.status().refused, { blocked: 2, limited: 0 });
});

test("an administrator's block holds in every mode and for its own time, and who is exempt cannot be blocked", () => {
  const { protection, clock } = world();
  protection.block(GUEST, 90_000, "by the administrator ann");
  for (const mode of ["observe", "off", "block"] as const) {
    protection.configure({ mode });
    assert.equal(protection.admit(GUEST), "blocked", mode);
  }
  assert.deepEqual(
    protection.inForce().map(({ source, byHand }) => ({ source, byHand })),
    [{ source: GUEST, byHand: true }],
  );
  clock.advance(90_000);
  assert.equal(protection.admit(GUEST), "ok");
  assert.throws(() => protection.block("nobody", 1000, "x"), { code: "PROTECTION_NO_ADDRESS" });
  protection.configure({ exempt: [parsePrefix(GUEST)!] });
  assert.throws(() => protection.block(GUEST, 1000, "x"), { code: "PROTECTION_EXEMPT" });
});

test("each block is twice as long as the one before, an hour at most, and a long peace is forgiven", () => {
  const { protection, clock, fail } = world();
  const lengths: number[] = [];
  const blockOnce = () => {
    fail(10);
    const [row] = protection.status().blocked;
    lengths.push((row!.until - row!.since) / 60_000);
    clock.advance(row!.until - row!.since);
  };
  for (let i = 0; i < 8; i++) blockOnce();
  assert.deepEqual(lengths, [1, 2, 4, 8, 16, 32, 60, 60]);
  clock.advance(7 * 3_600_000);
  blockOnce();
  assert.equal(lengths.at(-1), 1);
});

test("failures that are far apart never block", () => {
  const { protection, clock, fail } = world();
  for (let i = 0; i < 200; i++) {
    fail(4);
    clock.advance(60_000);
    assert.equal(protection.admit(GUEST), "ok");
    protection.closed(GUEST);
  }
});

test("one honest mistake of each kind does not block", () => {
  const { protection } = world();
  const kinds = (Object.keys(FAILURES) as Failure[]).filter((kind) => kind !== "smuggling");
  for (const kind of kinds) protection.fail(GUEST, kind);
  assert.equal(protection.isBlocked(GUEST), false);
});

test("a company that comes back as one after an outage is limited, but not blocked", () => {
  const { protection, clock } = world();
  let ok = 0;
  for (let second = 0; second < 20; second++) {
    for (let i = 0; i < 150; i++) if (protection.admit(GUEST) === "ok") ok++;
    for (let i = 0; i < 80; i++) protection.closed(GUEST);
    clock.advance(1000);
  }
  assert.equal(protection.isBlocked(GUEST), false);
  assert.ok(ok > 1500, `${ok} of 3000 connections were let in`);
});

test("a flood that goes on is blocked", () => {
  const { protection, clock } = world();
  for (let second = 0; second < 30; second++) {
    for (let i = 0; i < 1000; i++) if (protection.admit(GUEST) === "ok") protection.closed(GUEST);
    clock.advance(1000);
  }
  assert.equal(protection.isBlocked(GUEST), true);
});

test("connections, handshakes and requests of one source are limited each by its own rate", () => {
  const rate = { perSecond: 2, burst: 4 };
  const limits = { newConnections: rate, newHandshakes: rate, requests: rate };
  const { protection, clock } = world({ limits });
  const many = <T>(ask: () => T): T[] => Array.from({ length: 6 }, ask);
  assert.deepEqual(
    many(() => protection.admit(GUEST)),
    ["ok", "ok", "ok", "ok", "limited", "limited"],
  );
  assert.deepEqual(
    many(() => protection.handshake(GUEST)),
    [true, true, true, true, false, false],
  );
  assert.deepEqual(
    many(() => protection.request(GUEST)),
    [0, 0, 0, 0, 1, 1],
  );
  clock.advance(1000);
  assert.deepEqual(
    many(() => protection.request(GUEST)),
    [0, 0, 1, 1, 1, 1],
  );
});

test("open connections and handshakes of one source are capped until some end", () => {
  const { protection } = world({ limits: { connectionsPerSource: 2, handshakesAtOnce: 1 } });
  assert.deepEqual(
    [protection.admit(GUEST), protection.admit(GUEST), protection.admit(GUEST)],
    ["ok", "ok", "limited"],
  );
  assert.equal(protection.admit(OTHER), "ok");
  protection.closed(GUEST);
  assert.equal(protection.admit(GUEST), "ok");
  assert.deepEqual([protection.handshake(GUEST), protection.handshake(GUEST)], [true, false]);
  protection.handshakeEnded(GUEST);
  assert.equal(protection.handshake(GUEST), true);
});

test("addresses of one IPv6 /64 are one source, and an IPv4 address is one in any clothing", () => {
  const { protection, fail } = world();
  fail(10, "tls-malformed", "2001:db8:1:2::5");
  assert.equal(protection.admit("2001:db8:1:2:ffff::1"), "blocked");
  assert.equal(protection.admit("2001:db8:1:3::5"), "ok");
  fail(10, "tls-malformed", "::ffff:192.0.2.1");
  assert.equal(protection.admit(GUEST), "blocked");
  assert.ok(protection.unblock("2001:db8:1:2::9"));
  assert.equal(protection.admit("2001:db8:1:2::5"), "ok");
});

test("an exempt source is neither limited nor blocked, and its failures are still counted", () => {
  const exempt = [parsePrefix("192.0.2.0/31")!];
  const { protection, fail } = world({ exempt, limits: { connectionsPerSource: 1 } });
  fail(1000);
  for (let i = 0; i < 1000; i++) assert.equal(protection.admit(GUEST), "ok");
  assert.equal(protection.status().failures["tls-malformed"], 1000);
  fail(10, "tls-malformed", OTHER);
  assert.equal(protection.admit(OTHER), "blocked");
});

test("a source that becomes exempt while it is blocked is let in at once, and so is everybody when blocking goes off", () => {
  const { protection, changes, fail } = world();
  fail(10);
  protection.configure({ exempt: [parsePrefix(GUEST)!] });
  assert.equal(protection.admit(GUEST), "ok");
  fail(10, "tls-malformed", OTHER);
  protection.configure({ mode: "off" });
  assert.equal(protection.admit(OTHER), "ok");
  fail(100, "tls-malformed", OTHER);
  assert.equal(protection.admit(OTHER), "ok");
  assert.equal(changes.length, 4);
});

test("while it only observes, it says whom it would block and lets them in", () => {
  const { protection, log, fail } = world({ mode: "observe" });
  fail(10);
  assert.equal(protection.admit(GUEST), "ok");
  assert.equal(protection.status().blocked.length, 1);
  assert.deepEqual(
    log.lines.map(({ event }) => event),
    ["source would be blocked"],
  );
});

test("an administrator lifts a block, and the next one is short again", () => {
  const { protection, clock, fail } = world();
  fail(10);
  clock.advance(60_000);
  fail(10);
  assert.ok(protection.unblock(GUEST));
  assert.equal(protection.unblock(GUEST), false);
  assert.equal(protection.admit(GUEST), "ok");
  fail(10);
  assert.equal(protection.status().blocked[0]!.count, 1);
});

test("many sources cannot fill the memory, and cannot make it forget who is connected or blocked", () => {
  const { protection, fail } = world({ capacity: 100, limits: { connectionsPerSource: 1 } });
  assert.equal(protection.admit(OTHER), "ok");
  fail(10);
  for (let i = 0; i < 10_000; i++) {
    const address = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
    protection.admit(address);
    protection.closed(address);
  }
  assert.ok(protection.status().sources <= 100);
  assert.equal(protection.admit(OTHER), "limited");
  assert.equal(protection.admit(GUEST), "blocked");
});

test("what is no address is a source as well, and nothing throws", () => {
  const { protection, fail } = world();
  fail(10, "tls-malformed", "");
  assert.equal(protection.admit(""), "blocked");
  assert.equal(protection.admit("not an address"), "ok");
});
