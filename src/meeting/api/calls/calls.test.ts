import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { Scope } from "#base";
import { testApi } from "../testing/world.ts";

test("calls are listed and shown as in CMS", async () => {
  await using scope = new Scope();
  const { send, calls } = await testApi(scope);
  const call = calls.addCall({ name: "Dev <Space>", numCallLegs: 1, maxCallLegs: 2, ownerName: "Bjarne" });
  assert.equal(
    (await send("GET", "calls")).body,
    `<?xml version="1.0"?><calls total="1"><call id="${call.id}"><name>Dev &lt;Space&gt;</name><coSpace>${call.spaceId}</coSpace>` +
      `<callCorrelator>${call.callCorrelator}</callCorrelator></call></calls>`,
  );
  const { body } = await send("GET", `calls/${call.id}`);
  assert.match(
    body,
    /<callType>coSpace<\/callType>.*<ownerName>Bjarne<\/ownerName>.*<durationSeconds>170<\/durationSeconds>/,
  );
  assert.match(body, /<numCallLegs>1<\/numCallLegs><maxCallLegs>2<\/maxCallLegs>.*<locked>false<\/locked>/);
});

test("a call is begun for a space, locked, and ended", async () => {
  await using scope = new Scope();
  const { send, calls, make, events } = await testApi(scope);
  const space = await make("coSpaces", "name=x");
  const id = await make("calls", `coSpace=${space}&locked=true`);
  assert.equal(calls.asked.at(-1), 'start {"locked":true}');
  assert.equal(events.lines.at(-1)?.text, `127.0.0.1: API user "api" created new call ${id}`);
  assert.equal((await send("PUT", `calls/${id}`, "locked=false&messageText=Hello&messagePosition=top")).status, 200);
  assert.equal(calls.asked.at(-1), 'call {"locked":false,"messageText":"Hello"}');
  await send("PUT", `calls/${id}`, "allowAllMuteSelf=true&joinAudioMuteOverride=false");
  assert.match(
    (await send("GET", `calls/${id}`)).body,
    /<allowAllMuteSelf>true<\/allowAllMuteSelf>.*<joinAudioMuteOverride>false<\/joinAudioMuteOverride>/,
  );
  await send("PUT", `calls/${id}`, "joinAudioMuteOverride=");
  assert.doesNotMatch((await send("GET", `calls/${id}`)).body, /joinAudioMuteOverride/);
  const cases: [string, string, RegExp][] = [
    ["recording=true", `calls/${id}`, /<callRecordingCannotBeModified \/>/],
    ["streaming=true", `calls/${id}`, /<callStreamingCannotBeModified \/>/],
  ];
  for (const [body, path, failure] of cases) assert.match((await send("PUT", path, body)).body, failure);
  assert.match((await send("POST", "calls", "name=ad%20hoc")).body, /parameter="coSpace" error="missing"/);
  assert.match((await send("POST", "calls", `coSpace=${randomUUID()}`)).body, /<coSpaceDoesNotExist \/>/);
  assert.equal((await send("DELETE", `calls/${id}`)).status, 200);
  assert.match((await send("DELETE", `calls/${id}`)).body, /<callDoesNotExist \/>/);
});

test("a message of a space is shown in its call", async () => {
  await using scope = new Scope();
  const { send, calls, make } = await testApi(scope);
  const space = await make("coSpaces", "name=x");
  assert.match((await send("POST", `coSpaces/${space}/messages`, "message=Hi")).body, /<callDoesNotExist \/>/);
  calls.addCall({ spaceId: space });
  assert.equal((await send("POST", `coSpaces/${space}/messages`, "message=Hi&from=Desk")).status, 200);
  assert.equal(calls.asked.at(-1), 'call {"messageText":"Desk: Hi"}');
  assert.equal((await send("DELETE", `coSpaces/${space}/messages`, "minAge=0")).status, 200);
  assert.equal(calls.asked.at(-1), 'call {"messageText":""}');
});

test("a call leg shows its path, media, alarms and only its own configuration", async () => {
  await using scope = new Scope();
  const { send, json, calls } = await testApi(scope);
  const call = calls.addCall();
  const stream = { codec: "opus", bitRate: 38_539.4, packetLossPercentage: 7.04, jitterMs: 9.2 };
  const { callLegId: id, id: participant } = calls.addParticipant(
    call.id,
    {},
    {
      ownRules: { muteSelfAllowed: false },
      path: { link: "relay", peer: "198.51.100.1:50000", edge: "10.0.0.36" },
      media: {
        rx: [{ kind: "audio", role: "main", ...stream }],
        tx: [{ kind: "video", role: "presentation", ...stream, codec: "vp8", width: 1280, height: 720 }],
        roundTripTimeMs: 31.4,
        estimate: 1_000_000,
      },
    },
  );
  calls.addParticipant(call.id, { name: "Fine" });
  const { body } = await send("GET", `callLegs/${id}`);
  assert.match(body, /<configuration><muteSelfAllowed>false<\/muteSelfAllowed><\/configuration>/);
  assert.match(body, /<status><state>connected<\/state><durationSeconds>60<\/durationSeconds>/);
  assert.match(
    body,
    /<rxAudio><codec>opus<\/codec><packetLossPercentage>7<\/packetLossPercentage><jitter>9<\/jitter><bitRate>38539<\/bitRate><\/rxAudio>/,
  );
  assert.match(
    body,
    /<txVideo role="presentation"><codec>vp8<\/codec><width>1280<\/width>.*<roundTripTime>31<\/roundTripTime>/,
  );
  assert.match(body, /<path><link>relay<\/link><peer>198\.51\.100\.1:50000<\/peer><edge>10\.0\.0\.36<\/edge><\/path>/);
  const { callLeg } = await json(`callLegs/${id}`);
  assert.equal(callLeg.status.txVideo[0].role, "presentation");
  const alarmed = (await send("GET", "callLegs?alarms=packetLoss")).body;
  assert.match(alarmed, /<callLegs total="1">.*<alarms><packetLoss\/><\/alarms>/);
  assert.match((await send("GET", `callLegs?participantFilter=${participant}`)).body, /total="1"/);
  assert.match(
    (await send("GET", `participants/${participant}/callLegs`)).body,
    new RegExp(`total="1"><callLeg id="${id}"`),
  );
});

test("parameters of a leg are set and taken back; a profile lends its own", async () => {
  await using scope = new Scope();
  const { send, calls, make } = await testApi(scope);
  const call = calls.addCall();
  const { callLegId: id } = calls.addParticipant(call.id);
  await send("PUT", `callLegs/${id}`, "rxAudioMute=true&muteSelfAllowed=false&endCallAllowed=&chosenLayout=stacked");
  assert.equal(
    calls.asked.at(-1),
    'leg {"rxAudioMute":true,"rules":{"endCallAllowed":"unset","muteSelfAllowed":false}}',
  );
  await send("PUT", `callLegs/${id}`, "importance=");
  assert.equal(calls.asked.at(-1), 'leg {"importance":"unset"}');
  await send("PUT", `callLegs/${id}`, "rxVideoMute=false");
  assert.equal(calls.asked.at(-1), 'leg {"rxVideoMute":false}');
  const profile = await make("callLegProfiles", "name=Host&endCallAllowed=true&needsActivation=true");
  await send("PUT", `callLegs/${id}`, `callLegProfile=${profile}&needsActivation=false`);
  assert.equal(calls.asked.at(-1), 'leg {"rules":{"needsActivation":false,"endCallAllowed":true}}');
  assert.match(
    (await send("PUT", `callLegs/${id}`, `callLegProfile=${randomUUID()}`)).body,
    /callLegProfileDoesNotExist/,
  );
  assert.equal((await send("DELETE", `callLegs/${id}`)).status, 200);
  assert.match((await send("GET", `callLegs/${id}`)).body, /<callLegDoesNotExist \/>/);
});

test("a trace names the profile of each level with its parameters", async () => {
  await using scope = new Scope();
  const { send, calls, make } = await testApi(scope);
  const profile = await make("callLegProfiles", "name=All&muteOthersAllowed=true");
  await send("PUT", "system/profiles", `callLegProfile=${profile}`);
  const trace = [
    { scope: "global", profileId: profile },
    { scope: "callLeg", profileId: undefined },
  ];
  const { callLegId: id } = calls.addParticipant(calls.addCall().id, {}, { trace });
  assert.equal(
    (await send("GET", `callLegs/${id}/callLegProfileTrace`)).body,
    `<?xml version="1.0"?><callLegProfileTrace callLeg="${id}"><profile scope="global"><callLegProfile id="${profile}">` +
      '<name>All</name><muteOthersAllowed>true</muteOthersAllowed></callLegProfile></profile><profile scope="callLeg"/></callLegProfileTrace>',
  );
  assert.equal(
    (await send("GET", `callLegProfiles/${profile}/usage`)).body,
    `<?xml version="1.0"?><callLegProfileUsage id="${profile}" total="1"><global/></callLegProfileUsage>`,
  );
});

test("participants are let in from the lobby, disconnected, and changed together", async () => {
  await using scope = new Scope();
  const { send, calls } = await testApi(scope);
  const call = calls.addCall();
  const [a, b, c] = ["A", "B", "C"].map((name) => calls.addParticipant(call.id, { name }));
  const waiting = calls.addParticipant(call.id, { name: "W", state: "lobby", isActivator: false });
  assert.match(
    (await send("GET", `participants/${waiting.id}`)).body,
    /<status><state>connected<\/state><deactivated>true<\/deactivated><\/status>/,
  );
  await send("PUT", `participants/${waiting.id}`, "deactivated=false&importance=3");
  assert.equal(calls.asked.at(-1), 'participant {"importance":3,"deactivated":false}');
  await send("PUT", `participants/${waiting.id}`, "nameLabelOverride=");
  assert.equal(calls.asked.at(-1), 'participant {"nameLabelOverride":""}');
  const labelled = calls.addParticipant(call.id, { importance: 2, nameLabelOverride: "Desk", state: "lobby" });
  assert.match(
    (await send("GET", `participants/${labelled.id}`)).body,
    /<configuration><importance>2<\/importance><nameLabelOverride>Desk<\/nameLabelOverride><\/configuration>/,
  );
  calls.disconnect(labelled.id);
  const all = `calls/${call.id}/participants/*`;
  await send("PUT", all, `rxAudioMute=true&filterIds=${a!.id},${b!.id}`);
  assert.equal(calls.asked.at(-1), 'C+W {"rxAudioMute":true}');
  await send("PUT", all, `rxVideoMute=true&mode=selected&filterIds=${a!.id},${b!.id.toUpperCase()}`);
  assert.equal(calls.asked.at(-1), 'A+B {"rxVideoMute":true}');
  const tooMany = Array.from({ length: 21 }, () => randomUUID()).join(",");
  assert.match((await send("PUT", all, `filterIds=${tooMany}`)).body, /parameter="filterIds" error="invalidValue"/);
  assert.equal((await send("DELETE", `calls/${call.id}/participants/${c!.id}`)).status, 200);
  assert.match((await send("GET", `participants/${c!.id}`)).body, /<participantDoesNotExist \/>/);
  const other = calls.addCall();
  assert.equal((await send("GET", `calls/${other.id}/participants/${a!.id}`)).status, 404);
});

test("nobody can be called: there is no SIP", async () => {
  await using scope = new Scope();
  const { send, calls } = await testApi(scope);
  const { id } = calls.addCall();
  for (const path of [`calls/${id}/participants`, `calls/${id}/callLegs`, "callLegs"])
    assert.match((await send("POST", path, "remoteParty=a@b")).body, /<invalidOperation \/>/);
});

test("a page of calls, call legs and participants has ten", async () => {
  await using scope = new Scope();
  const { send, calls, make } = await testApi(scope, { callBridge: "cb1" });
  const { id } = calls.addCall();
  for (let count = 0; count < 12; count += 1) calls.addParticipant(id, { name: `P${count}` });
  const count = (body: string) => body.split("<participant ").length - 1;
  const first = await send("GET", "participants");
  assert.match(first.body, /total="12"/);
  assert.equal(count(first.body), 10);
  assert.equal(count((await send("GET", `calls/${id}/participants?offset=10`)).body), 2);
  const total = async (query: string) => /total="(\d+)"/.exec((await send("GET", `participants?${query}`)).body)?.[1];
  const [ours, other] = [await make("callBridges", "name=cb1"), await make("callBridges", "name=cb2")];
  assert.deepEqual(
    [await total(`callBridgeFilter=${ours}`), await total(`callBridgeFilter=${other}`), await total("filter=p11")],
    ["12", "0", "1"],
  );
  assert.equal(await total(`coSpaceFilter=${calls.calls()[0]!.spaceId}`), "12");
});
