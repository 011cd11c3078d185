import assert from "node:assert/strict";
import { test } from "node:test";
import { CALL_LEG_FIELDS, NOUNS } from "#api-schema";
import { Scope } from "#base";
import { openTestStorage } from "#storage";
import { callRulesFor, createSpace, effectiveRules, PROFILE_LEVELS } from "./index.ts";
import { CALL_DEFAULTS, CALL_LEG_DEFAULTS, callRulesOf, type Level, legRulesOf } from "./rules.ts";

const level = (scope: Level["scope"], values: Level["values"]): Level => ({ scope, profileId: undefined, values });

test("every parameter with an effect is one of the API's", () => {
  const leg = new Set(CALL_LEG_FIELDS.map(({ name }) => name));
  const call = new Set(NOUNS.get("callProfile")?.fields.map(({ name }) => name));
  assert.deepEqual(
    Object.keys(CALL_LEG_DEFAULTS).filter((name) => !leg.has(name)),
    [],
  );
  assert.deepEqual(
    Object.keys(CALL_DEFAULTS).filter((name) => !call.has(name)),
    [],
  );
});

test("where nothing is set CMS's documented defaults hold", () => {
  const rules = legRulesOf([]);
  assert.equal(rules.needsActivation, false);
  assert.equal(rules.muteOthersAllowed, false);
  assert.equal(rules.videoMuteOthersAllowed, false);
  assert.equal(rules.muteSelfAllowed, true);
  assert.equal(rules.videoMuteSelfAllowed, true);
  assert.equal(rules.changeLayoutAllowed, true);
});

test("each parameter is inherited by itself: the last level that sets it counts", () => {
  const rules = legRulesOf([
    level("global", { needsActivation: true, endCallAllowed: true, maxCallDurationTime: 60, layout: "x" }),
    level("coSpace", { endCallAllowed: false }),
    level("callLeg", { maxCallDurationTime: 30 }),
  ]);
  const expected = { ...CALL_LEG_DEFAULTS, needsActivation: true, endCallAllowed: false, maxCallDurationTime: 30 };
  assert.deepEqual(rules, expected);
  assert.equal(callRulesOf([level("global", { participantLimit: 5 }), level("tenant", {})]).participantLimit, 5);
});

test("a call leg's rules come from every level that it belongs to, in the API's order", async () => {
  await using scope = new Scope();
  const storage = await openTestStorage(scope);
  const place = await storage.change(async (writer) => {
    const profile = async (qualityMain: string, more = {}) =>
      (await writer.insert({ noun: "callLegProfile", fields: { name: "p", qualityMain, ...more } })).id;
    await writer.update("profiles", "profiles", {
      callLegProfile: await profile("max480p30", { muteOthersAllowed: true }),
    });
    const user = (await writer.insert({ noun: "user", fields: { userJid: "a@b.c" } })).id;
    const tenant = await writer.insert({
      noun: "tenant",
      fields: { name: "t", callLegProfile: await profile("max720p30", { deactivationModeTime: 9 }) },
    });
    const space = await createSpace(writer, {
      name: "A",
      tenant: tenant.id,
      callLegProfile: await profile("max1080p30"),
    });
    const method = await writer.insert({
      noun: "accessMethod",
      parent: space.id,
      fields: { callLegProfile: await profile("unrestricted", { needsActivation: true }) },
    });
    const member = await writer.insert({
      noun: "coSpaceUser",
      parent: space.id,
      fields: {
        userJid: "a@b.c",
        userId: user,
        callLegProfile: await profile("max480p30", { needsActivation: false }),
      },
    });
    return { coSpace: space.id, accessMethod: method.id, member: member.id, callOut: await profile("max720p30"), user };
  });
  const { rules, trace } = await effectiveRules(storage, {
    ...place,
    own: { rxAudioMute: true, txAudioMute: undefined },
  });
  assert.deepEqual(
    trace.map((one) => one.scope),
    PROFILE_LEVELS,
  );
  assert.deepEqual(trace.map((one) => one.userId).filter(Boolean), [place.user]);
  assert.deepEqual(trace.at(-1), { scope: "callLeg", profileId: undefined, values: { rxAudioMute: true } });
  const { qualityMain, needsActivation, muteOthersAllowed, deactivationModeTime, rxAudioMute, txAudioMute } = rules;
  assert.deepEqual(
    { qualityMain, needsActivation, muteOthersAllowed, deactivationModeTime, rxAudioMute, txAudioMute },
    {
      qualityMain: "max720p30",
      needsActivation: false,
      muteOthersAllowed: true,
      deactivationModeTime: 9,
      rxAudioMute: true,
      txAudioMute: false,
    },
  );
  const guest = await effectiveRules(storage, { coSpace: place.coSpace, accessMethod: place.accessMethod });
  assert.deepEqual([guest.rules.needsActivation, guest.rules.qualityMain], [true, "unrestricted"]);
});

test("a call's rules come from system, tenant and space; what was deleted sets nothing", async () => {
  await using scope = new Scope();
  const storage = await openTestStorage(scope);
  const { space, profile } = await storage.change(async (writer) => {
    const profile = await writer.insert({ noun: "callProfile", fields: { name: "p", locked: true, lockMode: "all" } });
    const space = await createSpace(writer, { name: "A", callProfile: profile.id });
    return { space, profile };
  });
  const admission = { space: { id: space.id } } as Parameters<typeof callRulesFor>[1];
  const { locked, lockMode, chatAllowed } = await callRulesFor(storage, admission);
  assert.deepEqual([locked, lockMode, chatAllowed], [true, "all", true]);
  await storage.change((writer) => writer.remove("callProfile", profile.id));
  assert.deepEqual(await callRulesFor(storage, admission), CALL_DEFAULTS);
});
