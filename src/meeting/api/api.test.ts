import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope } from "#base";
import { testApi } from "./testing/world.ts";

test("a space is created, read, changed and deleted as in CMS", async () => {
  await using scope = new Scope();
  const { send, events } = await testApi(scope);
  const made = await send(
    "POST",
    "coSpaces",
    "name=Sales%20coSpace&callId=239017747&secret=V_diBH_9ARvojUzOOy38Cg&uri=sales",
  );
  assert.deepEqual([made.status, made.body], [200, ""]);
  const location = made.headers.get("location")!;
  assert.match(location, /^\/api\/v1\/coSpaces\/[0-9a-f-]{36}$/);
  const id = location.split("/").at(-1)!;

  const object = await send("GET", `coSpaces/${id}`);
  assert.equal(object.headers.get("content-type"), "text/xml");
  assert.equal(
    object.body,
    `<?xml version="1.0"?><coSpace id="${id}"><name>Sales coSpace</name><uri>sales</uri><callId>239017747</callId>` +
      "<secret>V_diBH_9ARvojUzOOy38Cg</secret><nonMemberAccess>true</nonMemberAccess><numAccessMethods>0</numAccessMethods></coSpace>",
  );
  const list = await send("GET", "coSpaces");
  assert.equal(
    list.body,
    `<?xml version="1.0"?><coSpaces total="1"><coSpace id="${id}"><name>Sales coSpace</name><uri>sales</uri><callId>239017747</callId></coSpace></coSpaces>`,
  );

  const changed = await send("PUT", `coSpaces/${id}`, "uri=&passcode=1234");
  assert.deepEqual([changed.status, changed.body, changed.headers.get("location")], [200, "", null]);
  const after = (await send("GET", `coSpaces/${id}`)).body;
  assert.match(after, /<name>Sales coSpace<\/name><callId>/, "what was left out is as before, what was empty is gone");
  assert.match(after, /<passcode>1234<\/passcode>/);

  assert.deepEqual([(await send("DELETE", `coSpaces/${id}`)).status], [200]);
  const gone = await send("GET", `coSpaces/${id}`);
  assert.equal(gone.status, 404);
  assert.equal(gone.body, '<?xml version="1.0"?><failureDetails><coSpaceDoesNotExist /></failureDetails>');
  assert.deepEqual(
    events.lines.map(({ text }) => text),
    ["created new", "modified", "deleted"].map((what) => `127.0.0.1: API user "api" ${what} coSpace ${id}`),
  );
});

test("JSON is given to who accepts it", async () => {
  await using scope = new Scope();
  const { json, make, send } = await testApi(scope);
  const id = await make("tenants", "name=One");
  assert.deepEqual(await json("tenants"), { tenants: { total: 1, tenant: [{ id, name: "One" }] } });
  assert.deepEqual(await json(`tenants/${id}`), { tenant: { id, name: "One" } });
  const wrong = await send("POST", "turnServers", "portNumber=x", { accept: "application/json" });
  assert.equal(wrong.headers.get("content-type"), "application/json; charset=utf-8");
  assert.deepEqual(JSON.parse(wrong.body), {
    failureDetails: {
      code: "parameterError",
      parameter: "portNumber",
      error: "invalidValue",
      text: "a whole number from 1 to 65535",
    },
  });
});

test("libraries that accept JSON and everything else get XML, as from CMS; HEAD is GET without a body", async () => {
  await using scope = new Scope();
  const { send, make } = await testApi(scope);
  await make("tenants", "name=One");
  for (const accept of ["application/json, text/plain, */*", "*/*", "text/html,application/xml;q=0.9", ""]) {
    const { body, headers } = await send("GET", "tenants", undefined, { accept });
    assert.deepEqual([headers.get("content-type"), body.slice(0, 21)], ["text/xml", '<?xml version="1.0"?>'], accept);
  }
  const viewer = { authorization: `Basic ${Buffer.from("viewer:secret").toString("base64")}` };
  const { status, body } = await send("HEAD", "tenants", undefined, viewer);
  assert.deepEqual([status, body], [200, ""]);
  const done = await send("PUT", "system/profiles", "");
  assert.deepEqual([done.headers.get("content-type"), done.headers.get("content-length")], [null, "0"]);
});

test("a TURN server has the guide's fields in the guide's order, and its password is never given out", async () => {
  await using scope = new Scope();
  const { send, make, json } = await testApi(scope);
  const id = await make(
    "turnServers",
    "serverAddress=10.0.0.36&clientAddress=203.0.113.5&username=u&password=p&type=expressway&tcpPortNumberOverride=3478&sharedSecret=s",
  );
  const { body } = await send("GET", `turnServers/${id}`);
  assert.equal(
    body,
    `<?xml version="1.0"?><turnServer id="${id}"><serverAddress>10.0.0.36</serverAddress><clientAddress>203.0.113.5</clientAddress>` +
      "<numRegistrations>0</numRegistrations><username>u</username><useShortTermCredentials>false</useShortTermCredentials>" +
      "<type>expressway</type><tcpPortNumberOverride>3478</tcpPortNumberOverride><portNumber>3478</portNumber><transport>udp</transport></turnServer>",
  );
  const { turnServer } = await json(`turnServers/${id}`);
  assert.deepEqual([turnServer.passwordPresent, turnServer.sharedSecretPresent], [true, true]);
  assert.ok(!JSON.stringify(turnServer).includes('"p"'));
});

test("the status of a TURN server has a host for each address; reasons are in words in JSON", async () => {
  await using scope = new Scope();
  const { send, make, json, turnStatus } = await testApi(scope);
  const id = await make("turnServers", "serverAddress=turn.example.com&clientAddress=203.0.113.5");
  assert.equal((await send("GET", `turnServers/${id}/status`)).body, `<?xml version="1.0"?><turnServer id="${id}"/>`);
  const common = { portNumber: 3478, transport: "udp", checkedAt: 0 } as const;
  turnStatus.set(id, {
    id,
    serverAddress: "turn.example.com",
    clientAddress: "203.0.113.5",
    type: "expressway",
    ours: true,
    preferred: true,
    hosts: [
      {
        ...common,
        address: "10.0.0.36",
        reachable: true,
        roundTripTimeMs: 12.3,
        mapped: { address: "10.0.0.5", port: 41_234 },
        numAllocations: 1,
        failure: undefined,
      },
      {
        ...common,
        address: "10.0.0.37",
        reachable: false,
        roundTripTimeMs: undefined,
        mapped: undefined,
        numAllocations: 0,
        failure: { code: "TURN_REFUSED", detail: "wrong password", remedy: "mend it", reason: "authenticationFailure" },
      },
    ],
  });
  assert.equal(
    (await send("GET", `turnservers/${id}/status`)).body,
    `<?xml version="1.0"?><turnServer id="${id}">` +
      "<host><address>10.0.0.36</address><portNumber>3478</portNumber><reachable>true</reachable><roundTripTimeMs>12</roundTripTimeMs>" +
      "<mappedAddress>10.0.0.5</mappedAddress><mappedPortNumber>41234</mappedPortNumber><numAllocations>1</numAllocations></host>" +
      "<host><address>10.0.0.37</address><portNumber>3478</portNumber><reachable>false</reachable><numAllocations>0</numAllocations>" +
      "<failureReason>authenticationFailure</failureReason></host></turnServer>",
  );
  const { turnServer } = await json(`turnServers/${id}/status`);
  assert.deepEqual(turnServer.host[1].failure, { code: "TURN_REFUSED", detail: "wrong password", remedy: "mend it" });
  assert.equal(turnServer.host[0].transport, "udp");
});

test("accounts that only look change nothing, and who has not signed in is asked to", async () => {
  await using scope = new Scope();
  const { send } = await testApi(scope);
  const viewer = { authorization: `Basic ${Buffer.from("viewer:secret").toString("base64")}` };
  assert.equal((await send("GET", "coSpaces", undefined, viewer)).status, 200);
  const refused = await send("POST", "coSpaces", "name=x", viewer);
  assert.deepEqual(
    [refused.status, refused.body],
    [403, '<?xml version="1.0"?><failureDetails><insufficientRights /></failureDetails>'],
  );
  const stranger = await send("GET", "coSpaces", undefined, { authorization: "Basic eDp5" });
  assert.deepEqual([stranger.status, stranger.headers.get("www-authenticate")], [401, 'Basic realm="acano"']);
});

test("two administrators cannot overwrite each other unseen", async () => {
  await using scope = new Scope();
  const { send, make, json } = await testApi(scope);
  const id = await make("coSpaces", "name=Before");
  const etag = (await send("GET", `coSpaces/${id}`)).headers.get("etag")!;
  const first = await send("PUT", `coSpaces/${id}`, "name=First", { "if-match": etag });
  assert.deepEqual([first.status, first.headers.get("etag")], [200, '"2"']);
  const second = await send("PUT", `coSpaces/${id}`, "name=Second", { "if-match": etag });
  assert.deepEqual([second.status, /<changedMeanwhile \/>/.test(second.body)], [412, true]);
  assert.equal((await send("DELETE", `coSpaces/${id}`, undefined, { "if-match": etag })).status, 412);
  assert.equal((await json(`coSpaces/${id}`)).coSpace.name, "First");
  const both = await Promise.all(
    ["A", "B"].map((name) => send("PUT", `coSpaces/${id}`, `name=${name}`, { "if-match": '"2"' })),
  );
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 412]);
});
