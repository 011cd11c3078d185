import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope } from "#base";
import { type Fields, openTestStorage, type Storage } from "#storage";
import { effectiveWebBridgeProfile, entranceOver, type WebBridgeRules, webBridgeProfiles } from "./index.ts";

async function insert(storage: Storage, noun: string, fields: Fields): Promise<string> {
  return (await storage.change((writer) => writer.insert({ noun, fields }))).id;
}

const profile = (storage: Storage, fields: Fields) => insert(storage, "webBridgeProfile", fields);

test("where nothing is set everything is offered, and spaces are found by their address too", async () => {
  await using scope = new Scope();
  const storage = await openTestStorage(scope);
  assert.deepEqual(await effectiveWebBridgeProfile(storage, {}), {
    allowPasscodes: true,
    allowSecrets: true,
    userPortalEnabled: true,
    allowUnauthenticatedGuests: true,
    resolveCoSpaceCallIds: true,
    resolveLyncConferenceIds: false,
    resolveCoSpaceUris: "domainSuggestionDisabled",
  });
});

test("each parameter counts by itself: of the Web Bridge before its tenant's, before the system's; at once", async () => {
  await using scope = new Scope();
  const storage = await openTestStorage(scope);
  const all = await profile(storage, { allowSecrets: false, allowPasscodes: false, userPortalEnabled: false });
  const some = await profile(storage, { allowPasscodes: true, userPortalEnabled: true });
  const own = await profile(storage, { userPortalEnabled: false });
  const profiles = webBridgeProfiles(scope, storage);
  const tenant = await insert(storage, "tenant", { name: "T", webBridgeProfile: some });
  const webBridge = await insert(storage, "webBridge", { url: "c2w://wb:1", tenant, webBridgeProfile: own });
  const now = async (id: string | undefined) => {
    const { allowSecrets, allowPasscodes, userPortalEnabled } = await profiles.of(id);
    return [allowSecrets, allowPasscodes, userPortalEnabled];
  };
  assert.deepEqual(await now(webBridge), [true, true, false]);
  await storage.change((writer) => writer.update("profiles", "profiles", { webBridgeProfile: all }));
  assert.deepEqual(
    [await now(webBridge), await now(undefined)],
    [
      [false, true, false],
      [false, false, false],
    ],
  );
  await storage.change((writer) => writer.update("webBridgeProfile", own, { userPortalEnabled: undefined }));
  assert.deepEqual(await now(webBridge), [false, true, true]);
  await storage.change((writer) => writer.remove("tenant", tenant));
  assert.deepEqual(await now(webBridge), [false, false, false]);
  await storage.change((writer) => writer.remove("webBridge", webBridge));
  assert.deepEqual(await now(webBridge), await now(undefined));
});

test("a profile is read once, and again after something that it depends on has changed", async () => {
  await using scope = new Scope();
  const storage = await openTestStorage(scope);
  const id = await profile(storage, { name: "P" });
  await storage.change((writer) => writer.update("profiles", "profiles", { webBridgeProfile: id }));
  const profiles = webBridgeProfiles(scope, storage);
  const first = await profiles.of(undefined);
  await insert(storage, "tenantGroup", {});
  assert.equal(await profiles.of(undefined), first);
  await storage.change((writer) => writer.update("webBridgeProfile", id, { name: "Q" }));
  assert.notEqual(await profiles.of(undefined), first);
});

const ALL: WebBridgeRules = {
  allowPasscodes: true,
  allowSecrets: true,
  userPortalEnabled: true,
  allowUnauthenticatedGuests: true,
  resolveCoSpaceCallIds: true,
  resolveCoSpaceUris: "domainSuggestionEnabled",
};
const byCallId = { by: { callId: "1" }, passcode: "4711", secret: "s" };
const byUri = { by: { uri: "sales" }, userId: "u" };

const cases = [
  [{}, byCallId, byCallId],
  [{}, byUri, byUri],
  [{ allowPasscodes: false }, byCallId, { by: { callId: "1" }, secret: "s" }],
  [{ allowSecrets: false }, byCallId, { by: { callId: "1" }, passcode: "4711" }],
  [{ resolveCoSpaceCallIds: false }, byCallId, byCallId],
  [
    { resolveCoSpaceCallIds: false, allowSecrets: false },
    { by: { callId: "1" }, secret: "s" },
    { by: { callId: "1" }, membersOnly: true },
  ],
  [{ resolveCoSpaceCallIds: false }, byUri, byUri],
  [{ resolveCoSpaceUris: "off" }, byUri, { ...byUri, membersOnly: true }],
  [{ resolveCoSpaceUris: "off" }, byCallId, byCallId],
] as const;
for (const [rules, asked, entrance] of cases)
  test(`with ${JSON.stringify(rules)} ${JSON.stringify(asked)} is ${JSON.stringify(entrance)}`, () =>
    assert.deepEqual(entranceOver({ ...ALL, ...rules }, asked), entrance));
