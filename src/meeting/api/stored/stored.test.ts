import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { Scope } from "#base";
import { testApi } from "../testing/world.ts";

const FAILED = (code: string) => `<?xml version="1.0"?><failureDetails><${code} /></failureDetails>`;

test("references are checked, filtered by, and unset when their object goes", async () => {
  await using scope = new Scope();
  const { send, make, json } = await testApi(scope);
  const [profile, unused] = [await make("callLegProfiles", "name=P"), await make("callLegProfiles", "name=U")];
  const tenant = await make("tenants", `name=T&callLegProfile=${profile}`);
  const space = await make("coSpaces", `name=S&tenant=${tenant.toUpperCase()}&callLegProfile=${profile}`);
  await make("coSpaces", "name=Other");
  assert.equal((await json(`coSpaces?tenantFilter=${tenant}`)).coSpaces.coSpace[0].id, space);
  assert.equal((await json(`coSpaces?callLegProfileFilter=${profile}&tenantFilter=`)).coSpaces.total, 1);
  const byUse = async (usage: string) => (await json(`callLegProfiles?usageFilter=${usage}`)).callLegProfiles;
  assert.deepEqual(
    [(await byUse("referenced")).callLegProfile[0].id, (await byUse("unreferenced")).callLegProfile[0].id],
    [profile, unused],
  );
  const usage = (await json(`callLegProfiles/${profile}/usage`)).callLegProfileUsage;
  assert.deepEqual([usage.total, usage.coSpace, usage.tenant], [2, [{ id: space }], [{ id: tenant }]]);
  for (const name of ["callLegProfile", "callProfile", "tenant", "callBrandingProfile", "dialInSecurityProfile"]) {
    const refused = await send("PUT", `coSpaces/${space}`, `${name}=${randomUUID()}`);
    assert.deepEqual([refused.status, refused.body], [400, FAILED(`${name}DoesNotExist`)]);
    assert.equal((await send("PUT", `coSpaces/${space}`, `${name}=`)).status, 200);
  }
  await send("PUT", `coSpaces/${space}`, `callLegProfile=${profile}`);
  await send("DELETE", `callLegProfiles/${profile}`);
  assert.equal((await json(`coSpaces/${space}`)).coSpace.callLegProfile, undefined);
});

test("call ids and URIs are unique, but for accesses of one space with other passcodes", async () => {
  await using scope = new Scope();
  const { send, make } = await testApi(scope);
  const space = await make("coSpaces", "name=A&callId=1234&uri=a&passcode=1111");
  const other = await make("coSpaces", "name=B&callId=777");
  const cases: [string, string, string, string][] = [
    ["POST", "coSpaces", "name=C&callId=1234", "duplicateCoSpaceId"],
    ["POST", "coSpaces", "name=C&uri=A", "duplicateCoSpaceUri"],
    ["PUT", `coSpaces/${other}`, "secondaryUri=a", "duplicateCoSpaceUri"],
    ["POST", `coSpaces/${space}/accessMethods`, "callId=1234&passcode=1111", "duplicateCoSpaceIdPasscode"],
    ["POST", `coSpaces/${space}/accessMethods`, "uri=a&passcode=1111", "duplicateCoSpaceUriPasscode"],
    ["POST", `coSpaces/${other}/accessMethods`, "callId=1234&passcode=9999", "duplicateCoSpaceId"],
    ["PUT", `coSpaces/${space}`, "passcode=123", "passcodeTooShort"],
    ["PUT", `coSpaces/${space}`, "ownerJid=nobody@example.com", "userDoesNotExist"],
  ];
  for (const [method, path, body, code] of cases) {
    const { status, body: answer } = await send(method, path, body);
    assert.deepEqual([status, answer], [400, FAILED(code)], path);
  }
  await make(`coSpaces/${space}/accessMethods`, "callId=1234&passcode=2222");
  await make("callBridges", "name=one");
  assert.equal((await send("POST", "callBridges", "name=one")).body, FAILED("duplicateCallBridgeName"));
  await make("webBridges", "url=c2w://a.example.com:9999");
  assert.match(
    (await send("POST", "webBridges", "url=c2w://a.example.com:9999")).body,
    /parameter="url" error="duplicate"/,
  );
});

test("members are users who exist, named by the user's id or their own", async () => {
  await using scope = new Scope();
  const { send, make, json } = await testApi(scope);
  const space = await make("coSpaces", "name=A");
  const members = `coSpaces/${space}/coSpaceUsers`;
  assert.equal((await send("POST", members, "userJid=ken@example.com")).body, FAILED("userDoesNotExist"));
  const user = await make("users", "userJid=ken@example.com&name=Ken");
  const member = await make(members, "userJid=KEN@example.com&canDestroy=true&canPostMessage=true");
  assert.match((await send("POST", members, "userJid=ken@example.com")).body, /parameter="userJid" error="duplicate"/);
  const { coSpaceUser } = await json(`${members}/${user}`);
  assert.deepEqual(
    [coSpaceUser.id, coSpaceUser.userId, coSpaceUser.userJid, coSpaceUser.canDestroy, coSpaceUser.canRemoveSelf],
    [member, user, "ken@example.com", true, false],
  );
  assert.match(
    (await send("PUT", `${members}/${member}`, "userJid=x@example.com")).body,
    /parameter="userJid" error="readOnly"/,
  );
  assert.equal((await send("PUT", `${members}/${user}`, "canRemoveSelf=true")).status, 200);
  assert.deepEqual((await json(`users/${user}/usercoSpaces`)).userCoSpaces, {
    total: 1,
    userCoSpace: [{ id: space, coSpaceId: space }],
  });
  await send("PUT", `users/${user}`, "userJid=kenneth@example.com");
  assert.equal((await json(members)).coSpaceUsers.coSpaceUser[0].userJid, "kenneth@example.com");
  await send("DELETE", `users/${user}`);
  assert.equal((await json(members)).coSpaceUsers.total, 0);
  const elsewhere = await make("coSpaces", "name=B");
  assert.equal(
    (await send("GET", `coSpaces/${elsewhere}/coSpaceUsers/${member}`)).body,
    FAILED("coSpaceUserDoesNotExist"),
  );
});

test("passwords are hashed and never shown; users of a directory are the directory's", async () => {
  await using scope = new Scope();
  const { send, make, json, storage, events } = await testApi(scope);
  events.setTracing("api", 5);
  assert.match(
    (await send("POST", "users", "userJid=a@b.example&password=short")).body,
    /parameter="password" error="invalidValue"/,
  );
  const id = await make("users", "userJid=a@b.example&password=correct%20horse");
  assert.match(String((await storage.get("user", id))?.fields.passwordHash), /^\$argon2id\$/);
  assert.deepEqual((await json(`users/${id}`)).user, { id, userJid: "a@b.example", source: "local" });
  const traced = events.lines.map(({ text }) => text).join("\n");
  assert.match(traced, /API trace 1: content data size 34, type "application\/x-www-form-urlencoded":/);
  assert.match(traced, /password=\*{8}/);
  assert.match(
    traced,
    /API trace 2: POST for "\/api\/v1\/users" \(from 127\.0\.0\.1\)\n[\s\S]*API trace 2: sending 200 response, size 0/,
  );
  assert.ok(!/correct|short/.test(traced));
  const { id: imported } = await storage.change((writer) =>
    writer.insert({ noun: "user", fields: { userJid: "ldap@b.example", source: "ldap" } }),
  );
  assert.equal((await send("DELETE", `users/${imported}`)).body, FAILED("invalidOperation"));
  assert.equal((await send("PUT", `users/${imported}`, "password=12345678")).body, FAILED("invalidOperation"));
});

test("there are four CDR receivers at most, and the old way to name one still works", async () => {
  await using scope = new Scope();
  const { send, make, json } = await testApi(scope);
  assert.equal((await send("PUT", "system/cdrReceiver", "uri=http://0.example/")).status, 200);
  for (const number of [1, 2, 3]) await make("system/cdrReceivers", `uri=http://${number}.example/`);
  assert.equal(
    (await send("POST", "system/cdrReceivers", "uri=http://4.example/")).body,
    FAILED("tooManyCdrReceivers"),
  );
  assert.equal((await json("system/cdrReceiver")).cdrReceiver.uri, "http://0.example/");
  assert.equal((await json("system/cdrReceivers")).cdrReceivers.maximum, 4);
});

test("the system's own objects are always there and can only be changed", async () => {
  await using scope = new Scope();
  const { send, make, json } = await testApi(scope);
  assert.equal((await send("GET", "system/profiles")).body, '<?xml version="1.0"?><profiles/>');
  const profile = await make("callProfiles", "participantLimit=9");
  const put = await send("PUT", "system/profiles", `callProfile=${profile}&dtmfProfile=`, { "if-match": '"0"' });
  assert.equal(put.status, 200, put.body);
  assert.deepEqual(await json("system/profiles"), { profiles: { callProfile: profile } });
  assert.equal((await send("POST", "system/profiles", "")).body, FAILED("invalidOperation"));
  assert.equal((await send("DELETE", "system/profiles")).body, FAILED("invalidOperation"));
  assert.equal((await json("system/configuration/cluster")).cluster.newConferenceLoadLimitBasisPoints, 5000);
});

test("the effective web bridge profile goes from the system over the tenant to the Web Bridge", async () => {
  await using scope = new Scope();
  const { send, make, json } = await testApi(scope);
  assert.match(
    (await send("GET", "system/profiles/effectiveWebBridgeProfile")).body,
    /<allowPasscodes>true<.*<resolveCoSpaceUris>domainSuggestionDisabled<\/resolveCoSpaceUris><\/webBridgeProfile>$/,
  );
  const [all, some] = [
    await make("webBridgeProfiles", "allowSecrets=false&allowPasscodes=false"),
    await make("webBridgeProfiles", "allowPasscodes=true&userPortalEnabled=false"),
  ];
  await send("PUT", "system/profiles", `webBridgeProfile=${all}`);
  const tenant = await make("tenants", `name=T&webBridgeProfile=${some}`);
  const bridge = await make("webBridges", `url=c2w://[2001:db8::1]:9999&tenant=${tenant}`);
  const of = async (path: string) => {
    const { allowSecrets, allowPasscodes, userPortalEnabled } = (await json(`${path}/effectiveWebBridgeProfile`))
      .webBridgeProfile;
    return [allowSecrets, allowPasscodes, userPortalEnabled];
  };
  assert.deepEqual(await of("system/profiles"), [false, false, true]);
  assert.deepEqual(await of(`tenants/${tenant}`), [false, true, false]);
  assert.deepEqual(await of(`webBridges/${bridge}`), [false, true, false]);
  assert.equal((await json(`webBridges/${bridge}/status`)).webBridge.status, "connectionFailure");
});
