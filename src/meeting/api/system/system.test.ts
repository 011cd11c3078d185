import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { Scope, TurnpikeError } from "#base";
import { openTestStorage, storageErrors } from "#storage";
import { testApi } from "../testing/world.ts";

const XML = '<?xml version="1.0"?>';

test("the system's status, load, database and licences have CMS's form", async () => {
  await using scope = new Scope();
  const { send } = await testApi(scope);
  assert.equal(
    (await send("GET", "system/status")).body,
    `${XML}<status><hostId>8b6dc06e-6a0b-4983-aa9c-bf49826f7756</hostId><softwareVersion>0.1.0</softwareVersion>` +
      "<uptimeSeconds>90730</uptimeSeconds><cdrTime>2023-11-14T22:13:20Z</cdrTime><activated>true</activated>" +
      "<clusterEnabled>false</clusterEnabled><cdrCorrelatorIndex>7</cdrCorrelatorIndex><callLegsActive>0</callLegsActive>" +
      "<callLegsMaxActive>2</callLegsMaxActive><callLegsCompleted>2</callLegsCompleted>" +
      "<audioBitRateOutgoing>67932</audioBitRateOutgoing><audioBitRateIncoming>40380</audioBitRateIncoming>" +
      "<videoBitRateOutgoing>839</videoBitRateOutgoing><videoBitRateIncoming>2416854</videoBitRateIncoming></status>",
  );
  assert.equal(
    (await send("GET", "system/load")).body,
    `${XML}<load><mediaProcessingLoad>25</mediaProcessingLoad></load>`,
  );
  assert.equal((await send("GET", "system/database")).body, `${XML}<database clustered="disabled"/>`);
  assert.match(
    (await send("GET", "system/licensing")).body,
    /<licensing><features><callBridge><status>activated<\/status><\/callBridge>/,
  );
});

test("an alarm names the object that it is about", async () => {
  await using scope = new Scope();
  const { send, alarms, clock } = await testApi(scope);
  assert.equal((await send("GET", "system/alarms")).body, `${XML}<alarms total="0"/>`);
  const id = randomUUID();
  const failureReason = "authenticationFailure";
  alarms.raise({
    type: "turnServerUnavailable",
    subject: { noun: "turnServer", id },
    failureReason,
    text: "the TURN server refuses us",
    remedy: "align the secret",
  });
  clock.advance(3_919_500);
  assert.equal(
    (await send("GET", "system/alarms")).body,
    `${XML}<alarms total="1"><alarm id="${alarms.current()[0]!.id}"><type>turnServerUnavailable</type>` +
      `<activeTimeSeconds>3919</activeTimeSeconds><failureReason>${failureReason}</failureReason><turnServer>${id}</turnServer>` +
      "<text>the TURN server refuses us</text><remedy>align the secret</remedy></alarm></alarms>",
  );
});

test("queries say how a space is reached and who has a URI", async () => {
  await using scope = new Scope();
  const { send, make } = await testApi(scope);
  const space = await make("coSpaces", "name=x&callId=12345&uri=ken.space");
  const user = await make("users", "userJid=ken@example.com");
  await make(`coSpaces/${space}/accessMethods`, "uri=hosts");
  const access = async (body: string) => (await send("POST", "accessQuery", body)).body;
  const web = "<webAddress>https://join.example.com/meeting";
  assert.equal(
    await access("uri=ken.space@example.com"),
    `${XML}<accessQuery><uri>ken.space@join.example.com</uri>${web}/12345</webAddress></accessQuery>`,
  );
  assert.equal(
    await access("callId=12345"),
    `${XML}<accessQuery><uri>ken.space@join.example.com</uri>${web}/12345</webAddress></accessQuery>`,
  );
  assert.equal(
    await access("uri=new"),
    `${XML}<accessQuery><uri>new@join.example.com</uri>${web}/new</webAddress></accessQuery>`,
  );
  assert.match(await access(""), /parameter="uri" error="missing"/);
  const usage = async (uri: string) => (await send("POST", "uriUsageQuery", `uri=${uri}`)).body;
  assert.equal(await usage("hosts"), `${XML}<uriUsageQuery><coSpaceId>${space}</coSpaceId></uriUsageQuery>`);
  assert.equal(await usage("ken@example.com"), `${XML}<uriUsageQuery><userId>${user}</userId></uriUsageQuery>`);
  assert.equal(await usage("nobody"), `${XML}<uriUsageQuery/>`);
  assert.match((await send("GET", "conversationIdQuery?conversationId=1")).body, /<found>false<\/found>/);
  assert.equal(
    (await send("GET", `coSpaces/${space}/meetingEntryDetail`)).body,
    `${XML}<meetingEntryDetail><coSpace>${space}</coSpace><uri>ken.space@join.example.com</uri><callId>12345</callId></meetingEntryDetail>`,
  );
});

test("an invitation carries the link and the passcode, in the language that is asked for", async () => {
  await using scope = new Scope();
  const { make, json } = await testApi(scope);
  const space = await make("coSpaces", "name=Weekly&callId=12345&passcode=4321");
  const host = await make(`coSpaces/${space}/accessMethods`, "name=Host&callId=54321");
  const { subject, invitation } = (await json(`coSpaces/${space}/emailInvitation?language=pt_BR`)).emailInvitation;
  assert.match(subject, /Convite: Weekly/);
  assert.match(invitation, /https:\/\/join\.example\.com\/meeting\/12345\?secret=[\w-]{22}\n[\s\S]*4321/);
  const own = (await json(`coSpaces/${space}/accessMethods/${host}/emailInvitation?language=en_GB`)).emailInvitation;
  assert.match(own.invitation, /\/meeting\/54321\?secret=/);
});

test("while the storage cannot be used the answer is databaseNotReady", async () => {
  await using scope = new Scope();
  const storage = await openTestStorage(scope);
  const away = () =>
    Promise.reject(
      new TurnpikeError("STORAGE_UNREADABLE", storageErrors.STORAGE_UNREADABLE, { file: "x.db", why: "disk full" }),
    );
  const { send } = await testApi(scope, { storage: { ...storage, get: away, list: away, change: away } });
  for (const [method, path] of [
    ["GET", "coSpaces"],
    ["GET", `coSpaces/${randomUUID()}`],
    ["POST", "coSpaces"],
    ["PUT", "system/profiles"],
  ] as const) {
    const { status, body } = await send(method, path, method === "GET" ? undefined : "");
    assert.deepEqual([status, body], [503, `${XML}<failureDetails><databaseNotReady /></failureDetails>`]);
  }
});

test("imports from directories are started, shown and cancelled", async () => {
  await using scope = new Scope();
  const sync = {
    id: randomUUID(),
    state: "failed",
    failureReason: "ldapError",
    numUsersImported: 0,
    numLdapSourcesComplete: 0,
    tenant: undefined,
    ldapSource: undefined,
    removeWhenFinished: false,
  } as const;
  const asked: unknown[] = [];
  const { send } = await testApi(scope, {
    ldapSync: {
      start: (parameters) => {
        asked.push(parameters);
        return sync;
      },
      list: () => [sync],
      get: (id) => (id === sync.id ? sync : undefined),
      cancel: () => "running",
    },
  });
  const made = await send("POST", "ldapSyncs", "removeWhenFinished=false");
  assert.equal(made.headers.get("location"), `/api/v1/ldapSyncs/${sync.id}`);
  assert.deepEqual(asked, [{ tenant: undefined, ldapSource: undefined, removeWhenFinished: false }]);
  assert.match(
    (await send("GET", "ldapSyncs")).body,
    /<ldapSyncs total="1"><ldapSync id="[^"]+"><state>failed<\/state><failureReason>ldapError</,
  );
  assert.match((await send("POST", "ldapSyncs", `ldapSource=${randomUUID()}`)).body, /<ldapSourceDoesNotExist \/>/);
  assert.match((await send("DELETE", `ldapSyncs/${sync.id}`)).body, /<ldapSyncCannotBeCancelled \/>/);
  assert.equal((await send("GET", `ldapSyncs/${randomUUID()}`)).status, 404);
});
