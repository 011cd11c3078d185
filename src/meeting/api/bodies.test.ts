import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { Scope } from "#base";
import { testApi } from "./testing/world.ts";

const XML = { "content-type": "text/xml" };
const JSON_TYPE = { "content-type": "application/json" };

test("a body may be JSON or XML, alone or inside its noun", async () => {
  await using scope = new Scope();
  const { send, json } = await testApi(scope);
  const bodies: [string, Record<string, string>][] = [
    ['{"name":"a","participantLimit":5}', JSON_TYPE],
    ['{"tenant":{"name":"b","participantLimit":"5"}}', JSON_TYPE],
    ["<tenant><name>c</name><participantLimit>5</participantLimit></tenant>", XML],
    [
      '<?xml version="1.0"?>\n<tenant>\n  <name>d &amp; &#228; &lt;d&gt;</name>\n  <participantLimit>5</participantLimit>\n</tenant>',
      XML,
    ],
  ];
  for (const [body, headers] of bodies) assert.equal((await send("POST", "tenants", body, headers)).status, 200, body);
  const { tenants } = await json("tenants");
  assert.deepEqual(
    tenants.tenant.map(({ name }: { name: string }) => name),
    ["a", "b", "c", "d & ä <d>"],
  );
});

test("null and an empty element take a value away", async () => {
  await using scope = new Scope();
  const { send, make, json } = await testApi(scope);
  const id = await make("callProfiles", "participantLimit=5&locked=true");
  await send("PUT", `callProfiles/${id}`, '{"locked":null}', JSON_TYPE);
  assert.deepEqual((await json(`callProfiles/${id}`)).callProfile, { id, participantLimit: 5 });
  await send("PUT", `callProfiles/${id}`, "<callProfile><participantLimit/></callProfile>", XML);
  assert.deepEqual((await json(`callProfiles/${id}`)).callProfile, { id });
});

test("wrong XML and JSON are refused, and no entity is resolved", async () => {
  await using scope = new Scope();
  const { send, json } = await testApi(scope);
  const wrong = [
    "<tenant><name>x</tenant>",
    "<tenant",
    "<a/><b/>",
    '<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><tenant><name>&x;</name></tenant>',
    '<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><tenant><name>&b;</name></tenant>',
    `${"<a>".repeat(50_000)}${"</a>".repeat(50_000)}`,
    '{"name":',
    '{"name":{"x":{}},"y":1}',
  ];
  for (const body of wrong) {
    const { status, body: answer } = await send("POST", "tenants", body, XML);
    assert.equal(status, 400, body.slice(0, 60));
    assert.match(
      answer,
      /^<\?xml version="1\.0"\?><failureDetails><(malformedRequest|parameterError parameter="[^"]*" error="\w+") \/>/,
    );
  }
  assert.equal((await json("tenants")).tenants.total, 0);
});

test("a body of 10 MB is refused before it is read", async () => {
  await using scope = new Scope();
  const { port } = await testApi(scope);
  const size = 10 * 1024 * 1024;
  const head = [
    "POST /api/v1/coSpaces HTTP/1.1",
    "Host: cms",
    `Authorization: Basic ${Buffer.from("api:secret").toString("base64")}`,
    "Content-Type: application/x-www-form-urlencoded",
    `Content-Length: ${size}`,
  ];
  const answer = await firstAnswer(port, `${head.join("\r\n")}\r\n\r\nname=x`);
  assert.match(answer, /^HTTP\/1\.1 413 /);
  assert.match(answer, /<failureDetails><requestTooLarge \/><\/failureDetails>$/);
  const stranger = head.filter((line) => !line.startsWith("Authorization"));
  const refused = await firstAnswer(port, `${stranger.join("\r\n")}\r\n\r\nname=x`);
  assert.match(refused, /^HTTP\/1\.1 401 [\s\S]*connection: close/i, "before the body is there");
});

test("a body of 10 MB without a length is cut off", async () => {
  await using scope = new Scope();
  const { port } = await testApi(scope);
  const block = "a".repeat(64 * 1024);
  const body = new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode(block));
    },
  });
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/coSpaces`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from("api:secret").toString("base64")}` },
    body,
    duplex: "half",
  } as RequestInit).catch(() => undefined);
  if (response) assert.equal(response.status, 413);
});

test("parameters that nobody knows, that are too long, and that only the server sets are named", async () => {
  await using scope = new Scope();
  const { send, make } = await testApi(scope);
  const id = await make("coSpaces", "name=x");
  const cases: [string, string, string, string][] = [
    ["POST", "coSpaces", "nmae=x", 'parameter="nmae" error="unrecognizedParameter"'],
    ["GET", "coSpaces?fitler=x", "", 'parameter="fitler" error="unrecognizedParameter"'],
    ["POST", "coSpaces", `name=${"x".repeat(201)}`, 'parameter="name" error="valueTooLong"'],
    ["PUT", `coSpaces/${id}`, "ownerId=x", 'parameter="ownerId" error="readOnly"'],
    ["PUT", `coSpaces/${id}`, "callId=12a", 'parameter="callId" error="invalidValue"'],
    ["PUT", `coSpaces/${id}`, "uri=a@b", 'parameter="uri" error="invalidValue"'],
    ["PUT", `coSpaces/${id}`, "nonMemberAccess=yes", 'parameter="nonMemberAccess" error="invalidValue"'],
    ["PUT", `coSpaces/${id}`, "tenant=12", 'parameter="tenant" error="invalidValue"'],
    ["PUT", `coSpaces/${id}`, "defaultLayout=round", 'parameter="defaultLayout" error="invalidValue"'],
    ["POST", "webBridges", "", 'parameter="url" error="missing"'],
    ["GET", "coSpaces?limit=-1", "", 'parameter="limit" error="invalidValue"'],
    ["GET", "coSpaces?tenantFilter=x", "", 'parameter="tenantFilter" error="invalidValue"'],
    ["GET", "callProfiles?usageFilter=x", "", 'parameter="usageFilter" error="invalidValue"'],
  ];
  for (const [method, path, body, expected] of cases) {
    const { status, body: answer } = await send(method, path, method === "GET" ? undefined : body);
    assert.deepEqual(
      [status, answer],
      [400, `<?xml version="1.0"?><failureDetails><parameterError ${expected} /></failureDetails>`],
    );
  }
});

test("hostile names come back as they were, in valid XML", async () => {
  await using scope = new Scope();
  const { send, json } = await testApi(scope);
  const names = [
    `<script>alert("1")</script>`,
    "]]>&amp;'\"",
    "a\tb\r\nc\rd",
    "\u{1f600} ‮evil",
    "'; drop table objects; --",
    "$&`$1",
    "__proto__",
  ];
  for (const name of names) {
    const { headers, status } = await send("POST", "tenants", new URLSearchParams({ name }).toString());
    assert.equal(status, 200, name);
    const id = headers.get("location")!.split("/").at(-1)!;
    assert.equal((await json(`tenants/${id}`)).tenant.name, name);
    const { body } = await send("GET", `tenants/${id}`);
    assert.ok(!/<script>|\r/.test(body), body);
    const copied = await send("POST", "tenants", body.replace(/ id="[^"]*"/, ""), XML);
    assert.equal(copied.status, 200, body);
    const again = (await json(`tenants/${copied.headers.get("location")!.split("/").at(-1)}`)).tenant.name;
    assert.equal(again, name, "XML that was given out is taken back with the same meaning");
  }
  for (const name of ["a\u0000b", "a\u001bb", "\ud800", "\ufffe"]) {
    const { status, body } = await send("POST", "tenants", JSON.stringify({ name }), JSON_TYPE);
    assert.equal(status, 400);
    assert.match(body, /parameterError parameter="name" error="invalidValue"/);
  }
});

/** What comes first, while the rest of the request has not been sent. */
function firstAnswer(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    socket.setEncoding("utf8").once("data", (chunk) => {
      socket.destroy();
      resolve(String(chunk));
    });
    socket.on("error", reject);
  });
}
