import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { generateSync } from "otplib/functional";
import { adminWorld, basic, OWN, PASSWORD, refusal, type World } from "../testing/admin-world.ts";
import { totpStep } from "./totp.ts";

const STEP = 30_000;

function codeAt(secret: string, ms: number): string {
  return generateSync({ secret, epoch: Math.floor(ms / 1000) });
}

/** The secret of a second factor that has been set up for that account. */
async function enrol({ ask, session, clock }: World, name = "ann"): Promise<string> {
  const headers = { cookie: await session(name), ...OWN };
  const { json } = await ask("/api/session/totp", { method: "POST", headers, body: {} });
  const body = { code: codeAt(json.secret, clock.now()) };
  const confirmed = await ask("/api/session/totp/confirm", { method: "POST", headers, body });
  assert.deepEqual([confirmed.status, confirmed.json.administrator.totp], [200, true]);
  clock.advance(STEP);
  return json.secret;
}

test("codes are those of RFC 6238 appendix B, a step early or late, and only later ones than the last", () => {
  const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  for (const [seconds, code] of [
    [59, "287082"],
    [1_111_111_109, "081804"],
    [20_000_000_000, "353130"],
  ] as const) {
    const step = Math.floor(seconds / 30);
    for (const off of [-30, 0, 30]) assert.equal(totpStep(secret, code, (seconds + off) * 1000, step - 1), step);
    assert.equal(totpStep(secret, code, (seconds + 61) * 1000, 0), undefined);
    assert.equal(totpStep(secret, code, seconds * 1000, step), undefined);
  }
  for (const code of ["", "28708", "2870821", "28708a", "²87082"])
    assert.equal(totpStep(secret, code, 59_000, 0), undefined);
  assert.equal(totpStep(secret, "287 082", 59_000, 0), 1, "as authenticators show it");
});

test("a second factor is asked for once it is confirmed, and a code is taken once", async (context) => {
  const world = await adminWorld(context);
  const { ask, signIn, session, clock, accountsFile } = world;
  const headers = { cookie: await session(), ...OWN };
  const { json } = await ask("/api/session/totp", { method: "POST", headers, body: {} });
  assert.equal(json.uri, `otpauth://totp/Turnpike:ann?secret=${json.secret}&issuer=Turnpike`);
  assert.equal((await signIn()).status, 200, "not before it is confirmed");
  const wrong = await ask("/api/session/totp/confirm", { method: "POST", headers, body: { code: "000000" } });
  assert.deepEqual(refusal(wrong), [401, "ADMIN_CODE_WRONG"]);
  const first = codeAt(json.secret, clock.now());
  assert.equal(
    (await ask("/api/session/totp/confirm", { method: "POST", headers, body: { code: first } })).status,
    200,
  );
  assert.deepEqual(refusal(await signIn()), [401, "ADMIN_CODE_NEEDED"]);
  assert.deepEqual(refusal(await signIn("ann", { code: first })), [401, "ADMIN_CODE_WRONG"], "used to confirm");
  clock.advance(STEP);
  const code = codeAt(json.secret, clock.now());
  const both = await Promise.all([signIn("ann", { code }), signIn("ann", { code })]);
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [200, 401], "two at once do not share a code");
  assert.deepEqual(refusal(await signIn("ann", { code })), [401, "ADMIN_CODE_WRONG"]);
  const [{ totp }] = JSON.parse(readFileSync(accountsFile, "utf8")).administrators;
  assert.equal(totp.lastStep, Math.floor(clock.now() / STEP), "nor after a restart");
  assert.deepEqual(refusal(await signIn("ann", { password: "wrong-password", code })), [401, "ADMIN_SIGN_IN_FAILED"]);
});

test("setting one up signs the account out elsewhere; a second one, or one not begun, is refused", async (context) => {
  const world = await adminWorld(context);
  const { ask, session, signIn, clock } = world;
  const elsewhere = await session();
  const secret = await enrol(world);
  assert.equal((await ask("/api/session", { headers: { cookie: elsewhere } })).status, 401);
  const answer = await signIn("ann", { code: codeAt(secret, clock.now()) });
  const headers = { cookie: answer.headers["set-cookie"]![0]!.split(";")[0]!, ...OWN };
  assert.deepEqual(refusal(await ask("/api/session/totp", { method: "POST", headers, body: {} })), [
    409,
    "ADMIN_TOTP_ON",
  ]);
  const remove = (password: string) => ask("/api/session/totp", { method: "DELETE", headers, body: { password } });
  assert.deepEqual(refusal(await remove("wrong-password")), [401, "ADMIN_SIGN_IN_FAILED"]);
  assert.deepEqual([(await remove(PASSWORD)).status, (await signIn()).status], [200, 200]);
  const confirm = await ask("/api/session/totp/confirm", { method: "POST", headers, body: { code: "123456" } });
  assert.deepEqual(refusal(confirm), [409, "ADMIN_TOTP_NOT_BEGUN"]);
});

test("an enrolment that is not confirmed within ten minutes begins anew", async (context) => {
  const { ask, session, clock } = await adminWorld(context);
  const headers = { cookie: await session(), ...OWN };
  const { json } = await ask("/api/session/totp", { method: "POST", headers, body: {} });
  clock.advance(10 * 60_000);
  const body = { code: codeAt(json.secret, clock.now()) };
  const late = await ask("/api/session/totp/confirm", { method: "POST", headers, body });
  assert.deepEqual(refusal(late), [409, "ADMIN_TOTP_NOT_BEGUN"]);
});

test("Basic does not get past a second factor, and wrong codes lock out as wrong passwords do", async (context) => {
  const world = await adminWorld(context);
  const { ask, signIn, clock } = world;
  const secret = await enrol(world);
  assert.equal((await ask("/api/session", { auth: basic() })).status, 401);
  for (let i = 0; i < 9; i++) assert.equal((await signIn("ann", { code: "000000" })).status, 401);
  const right = await signIn("ann", { code: codeAt(secret, clock.now()) });
  assert.deepEqual(refusal(right), [429, "ADMIN_LOCKED_OUT"]);
});

test("no secret is in log or audit trail", async (context) => {
  const world = await adminWorld(context);
  const secret = await enrol(world);
  const { ask, signIn, clock, log } = world;
  const code = codeAt(secret, clock.now());
  const cookie = (await signIn("ann", { code })).headers["set-cookie"]![0]!.split(";")[0]!;
  const { body } = await ask("/api/audit", { headers: { cookie } });
  assert.match(body, /totp\/confirm/);
  const id = cookie.split("=")[1]!;
  for (const hidden of [secret, code, PASSWORD, id])
    assert.ok(!body.includes(hidden) && !JSON.stringify(log.lines).includes(hidden));
});
