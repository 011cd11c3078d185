import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClientOrigin, JoinRequest } from "#bridge-link";
import { createMember } from "#spaces";
import type { Fields } from "#storage";
import { codeOf, INSIDE, OUTSIDE, SPACE, testWorld } from "./testing-world.ts";

/** A meeting behind two Web Bridges, of which the first has a profile. */
async function bridged(fields: Fields) {
  const world = await testWorld({ users: { ann: { userId: "u1", userJid: "ann@example.com", name: "Ann" } } });
  const { profile, first, second } = await world.storage.change(async (writer) => {
    const { id: profile } = await writer.insert({ noun: "webBridgeProfile", fields });
    const webBridge = (url: string, more: Fields = {}) =>
      writer.insert({ noun: "webBridge", fields: { url, ...more } });
    const first = await webBridge("c2w://a:1", { webBridgeProfile: profile });
    const second = await webBridge("c2w://b:1");
    await writer.update("coSpace", world.space.id, { uri: "team" });
    await writer.insert({ id: "u1", noun: "user", fields: { userJid: "ann@example.com" } });
    await createMember(writer, world.space.id, { userJid: "ann@example.com" });
    return { profile, first: first.id, second: second.id };
  });
  const over = (webBridge: string) => async (request: Partial<JoinRequest>) => {
    const origin: ClientOrigin = { ...INSIDE, webBridge };
    const answer = await world.bridge.join({ callId: SPACE.callId, name: "Gil", ...request }, origin);
    return codeOf(answer) ?? answer.result;
  };
  return { world, profile, first, here: over(first), there: over(second) };
}

const PASSCODE = { passcode: SPACE.passcode };
const SECRET = { secret: SPACE.secret };
const URI = { callId: "team", ...PASSCODE };
const USER = { session: "ann" };

const cases: readonly [string, Fields, Partial<JoinRequest>, string, readonly Partial<JoinRequest>[]][] = [
  [
    "a passcode opens nothing",
    { allowPasscodes: false },
    PASSCODE,
    "JOIN_REFUSED",
    [SECRET, USER, { ...PASSCODE, ...SECRET }],
  ],
  [
    "a link's secret opens nothing",
    { allowSecrets: false },
    SECRET,
    "JOIN_REFUSED",
    [PASSCODE, USER, { ...PASSCODE, ...SECRET }],
  ],
  ["guests are asked to sign in", { allowUnauthenticatedGuests: false }, SECRET, "JOIN_SIGN_IN_NEEDED", [USER]],
  ["a Meeting ID needs its link", { resolveCoSpaceCallIds: false }, PASSCODE, "JOIN_REFUSED", [SECRET, URI, USER]],
  [
    "nothing is found by URI",
    { resolveCoSpaceUris: "off" },
    URI,
    "JOIN_REFUSED",
    [PASSCODE, SECRET, { ...URI, ...USER }],
  ],
];

for (const [what, fields, refused, code, admitted] of cases)
  test(`${what} with ${JSON.stringify(fields)}, over that Web Bridge alone, and as soon as it is set`, async () => {
    const { world, profile, here, there } = await bridged(fields);
    await using _ = world;
    assert.equal(await here(refused), code);
    assert.equal(await there(refused), "admitted");
    for (const request of admitted) assert.equal(await here(request), "admitted", JSON.stringify(request));
    const [name] = Object.keys(fields);
    await world.storage.change((writer) => writer.update("webBridgeProfile", profile, { [name!]: undefined }));
    assert.equal(await here(refused), "admitted");
    await world.change("profiles", "profiles", { webBridgeProfile: profile });
    await world.change("webBridgeProfile", profile, fields);
    assert.equal(await there(refused), code, "the system's profile counts where the Web Bridge has none");
  });

test("whoever has to sign in is told so in a sentence, and it does not count as a guess", async () => {
  const { world, first, here } = await bridged({ allowUnauthenticatedGuests: false });
  await using _ = world;
  const answer = await world.bridge.join({ callId: "1", name: "Gil" }, { ...OUTSIDE, webBridge: first });
  assert.ok(answer.result === "refused");
  assert.match(answer.error.message, /sign in/);
  for (let i = 0; i < 20; i++) assert.equal(await here(PASSCODE), "JOIN_SIGN_IN_NEEDED");
  assert.equal(await here({ session: "old" }), "JOIN_SIGNED_OUT");
});

test("a secret that does not count hides no guesses at the passcode", async () => {
  const { world, first } = await bridged({ allowSecrets: false });
  await using _ = world;
  const guess = (n: number) =>
    world.bridge.join(
      { callId: SPACE.callId, name: "E", passcode: "0", secret: "x" },
      { ...OUTSIDE, address: `198.51.100.${n}`, webBridge: first },
    );
  for (let i = 0; i < 30; i++) assert.equal(codeOf(await guess(i)), "JOIN_REFUSED");
  assert.equal(codeOf(await guess(99)), "JOIN_RATE_LIMITED");
});
