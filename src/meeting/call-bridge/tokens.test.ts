import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeJwt, SignJWT } from "jose";
import { ManualClock } from "#base";
import { TOKEN_LIFE, Tokens } from "./tokens.ts";

const KEY = new Uint8Array(32).fill(7);
const ACCESS = { identity: "guest-1", name: "Ana", callId: "123456789", spaceId: "s1", spaceName: "Team", call: "c1" };

test("a token is LiveKit's: subject, name and room", async () => {
  const token = await new Tokens(KEY, new ManualClock()).issue(ACCESS);
  const { sub, name, video, iss } = decodeJwt(token);
  assert.deepEqual([sub, name, iss, (video as { room: string }).room], ["guest-1", "Ana", "turnpike", "123456789"]);
});

test("it admits until it is ten minutes old; a session is taken up again with an older one", async () => {
  const clock = new ManualClock();
  const tokens = new Tokens(KEY, clock);
  const token = await tokens.issue(ACCESS);
  assert.deepEqual(await tokens.verify(token), ACCESS);
  clock.advance(TOKEN_LIFE * 1000 + 1000);
  assert.equal(await tokens.verify(token), undefined);
  assert.deepEqual(await tokens.verify(token, true), ACCESS);
});

test("a token of the lobby opens no call, and one of the call is none of the lobby", async () => {
  const tokens = new Tokens(KEY, new ManualClock());
  const [access, lobby] = [await tokens.issue(ACCESS), await tokens.issueLobby(ACCESS)];
  assert.deepEqual(await tokens.verifyLobby(lobby), ACCESS);
  assert.equal(await tokens.verify(lobby), undefined);
  assert.equal(await tokens.verify(lobby, true), undefined);
  assert.equal(await tokens.verifyLobby(access), undefined);
});

const claims = { video: { room: "123456789" }, space: { id: "s1", name: "Team" }, name: "Eve", call: "c1" };
const exp = 2_000_000_000;

const forgeries: [string, () => Promise<string> | string][] = [
  ["nothing", () => ""],
  ["no JWT", () => "a.b.c"],
  [
    "another key",
    () =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "HS256" })
        .setIssuer("turnpike")
        .setSubject("x")
        .setExpirationTime(exp)
        .sign(new Uint8Array(32)),
  ],
  [
    "another algorithm",
    () =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "HS512" })
        .setIssuer("turnpike")
        .setSubject("x")
        .setExpirationTime(exp)
        .sign(new Uint8Array(64).fill(7)),
  ],
  ["no signature", () => `${encode({ alg: "none" })}.${encode({ ...claims, iss: "turnpike", sub: "x", exp })}.`],
  [
    "another issuer",
    () =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "HS256" })
        .setIssuer("x")
        .setSubject("x")
        .setExpirationTime(exp)
        .sign(KEY),
  ],
  [
    "no end",
    () => new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).setIssuer("turnpike").setSubject("x").sign(KEY),
  ],
  ["20 KB", () => "x".repeat(20_000)],
];

for (const [what, make] of forgeries)
  test(`a token with ${what} admits nobody, old or not`, async () => {
    const tokens = new Tokens(KEY, new ManualClock());
    const token = await make();
    assert.equal(await tokens.verify(token), undefined);
    assert.equal(await tokens.verify(token, true), undefined);
  });

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
