import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "#base";
import { type Answer, adminWorld, basic, refusal, type World } from "../testing/admin-world.ts";
import { Lockout, type Outcome } from "./lockout.ts";

const MINUTE = 60_000;
const HERE = "198.51.100.1";

/** Tries of which the answer is known; pauses are kept and not waited for. */
function lockout(clock = new ManualClock()) {
  const own = new Lockout(clock);
  const pauses: number[] = [];
  const pause = async (ms: number) => void pauses.push(ms);
  const attempt = (name: string, from: string, outcome: Outcome) =>
    own.attempt(name, from, pause, async () => ({ outcome, value: outcome }));
  const fail = async (name: string, from: string, times: number) => {
    for (let i = 0; i < times; i++) await attempt(name, from, "wrong");
  };
  return { own, clock, pauses, attempt, fail };
}

test("ten failures lock a network out of that account for 15 minutes; other networks and accounts are free", async () => {
  const { attempt, fail, clock } = lockout();
  await fail("ann", HERE, 10);
  await assert.rejects(attempt("ann", HERE, "right"), { code: "ADMIN_LOCKED_OUT", retryAfterSeconds: 900 });
  assert.equal(await attempt("ann", "203.0.113.1", "right"), "right");
  assert.equal(await attempt("bob", HERE, "right"), "right");
  clock.advance(15 * MINUTE - 1);
  await assert.rejects(attempt("ann", HERE, "right"), { code: "ADMIN_LOCKED_OUT", retryAfterSeconds: 1 });
  clock.advance(1);
  assert.equal(await attempt("ann", HERE, "right"), "right");
});

test("tries while locked out do not make it longer", async () => {
  const { attempt, fail, clock } = lockout();
  await fail("ann", HERE, 10);
  clock.advance(14 * MINUTE);
  await assert.rejects(attempt("ann", HERE, "wrong"), { retryAfterSeconds: 60 });
  clock.advance(MINUTE);
  assert.equal(await attempt("ann", HERE, "right"), "right");
});

test("failures are forgotten after 15 minutes, and by the right password", async () => {
  const { attempt, fail, clock } = lockout();
  await fail("ann", HERE, 9);
  clock.advance(15 * MINUTE);
  await fail("ann", HERE, 9);
  assert.equal(await attempt("ann", HERE, "right"), "right");
  await fail("ann", HERE, 9);
  assert.equal(await attempt("ann", HERE, "neither"), "neither");
  await fail("ann", HERE, 1);
  await assert.rejects(attempt("ann", HERE, "right"), { code: "ADMIN_LOCKED_OUT" }, "a missing code forgets nothing");
});

test("while an account is attacked from everywhere, the right password works: at once from where it worked before", async () => {
  const { attempt, fail, pauses } = lockout();
  const home = "192.0.2.7";
  assert.equal(await attempt("ann", home, "right"), "right");
  for (let i = 1; i <= 40; i++) await fail("ann", `203.0.113.${i}`, 1);
  pauses.length = 0;
  assert.equal(await attempt("ann", home, "right"), "right");
  assert.deepEqual(pauses, []);
  assert.equal(await attempt("ann", "192.0.2.8", "right"), "right");
  assert.deepEqual(pauses, [3000]);
});

test("a slowed network has one try at a time", async () => {
  const { own, attempt, fail } = lockout();
  for (let i = 1; i <= 10; i++) await fail("ann", `203.0.113.${i}`, 1);
  const gate = Promise.withResolvers<void>();
  const first = own.attempt(
    "ann",
    HERE,
    () => gate.promise,
    async () => ({ outcome: "right", value: 1 }),
  );
  await assert.rejects(attempt("ann", HERE, "right"), { code: "ADMIN_TOO_MANY_REQUESTS" });
  gate.resolve();
  assert.equal(await first, 1);
  assert.equal(await attempt("ann", HERE, "right"), "right");
});

test("a network has sixty failures a minute over all names; an IPv6 client has no more by its many addresses", async () => {
  const { attempt, clock } = lockout();
  for (let i = 0; i < 60; i++) await attempt(`name${i}`, `2001:db8::${i + 1}`, "wrong");
  await assert.rejects(attempt("ann", "2001:db8::ffff", "right"), { code: "ADMIN_TOO_MANY_REQUESTS" });
  clock.advance(MINUTE);
  for (let i = 0; i < 200; i++) assert.equal(await attempt("ann", "2001:db8::ffff", "right"), "right");
});

async function tenWrong({ signIn }: World, name: string): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let i = 0; i < 11; i++) answers.push(await signIn(name, { password: `wrong-password-${i}` }));
  return answers;
}

test("over HTTPS a lock-out is the same whether the account exists, and holds for Basic and pages alike", async (context) => {
  const world = await adminWorld(context);
  const [known, unknown] = [await tenWrong(world, "ann"), await tenWrong(world, "nobody")];
  const told = (answers: Answer[]) =>
    answers.map(({ status, body, headers }) => [status, body, headers["retry-after"]]);
  assert.deepEqual(told(known), told(unknown));
  assert.deepEqual(refusal(known[10]!), [429, "ADMIN_LOCKED_OUT"]);
  assert.equal(known[10]!.headers["retry-after"], "900");
  const { ask, signIn, clock } = world;
  assert.deepEqual(refusal(await signIn()), [429, "ADMIN_LOCKED_OUT"]);
  assert.deepEqual(refusal(await ask("/api/session", { auth: basic() })), [429, "ADMIN_LOCKED_OUT"]);
  assert.equal((await ask("/api/session", { auth: basic(), from: "127.0.0.2" })).status, 200);
  clock.advance(15 * MINUTE);
  assert.equal((await signIn()).status, 200);
});

test("a session goes on while somebody else of the same network is locked out", async (context) => {
  const world = await adminWorld(context);
  const cookie = await world.session();
  await tenWrong(world, "ann");
  assert.equal((await world.ask("/api/session", { headers: { cookie } })).status, 200);
});
