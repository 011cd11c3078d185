import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope } from "#base";
import { rawRequest, testApi } from "./testing/world.ts";

const BASIC = Buffer.from("api:secret").toString("base64");

/** What a client sends, byte for byte. */
function bytes(lines: readonly string[], body = ""): string {
  return `${[...lines, "Connection: close"].join("\r\n")}\r\n\r\n${body}`;
}

test("a .NET WebClient asks without credentials, and again after the challenge", async () => {
  await using scope = new Scope();
  const { port } = await testApi(scope);
  const first = await rawRequest(port, bytes(["GET /api/v1/system/status HTTP/1.1", "Host: cms.example.com:445"]));
  assert.match(first, /^HTTP\/1\.1 401 /);
  assert.match(first, /\r\nwww-authenticate: Basic realm="acano"\r\n/i);
  const second = await rawRequest(
    port,
    bytes(["GET /api/v1/system/status HTTP/1.1", `Authorization: Basic ${BASIC}`, "Host: cms.example.com:445"]),
  );
  assert.match(second, /^HTTP\/1\.1 200 [\s\S]*\r\n\r\n<\?xml version="1\.0"\?><status><hostId>/);
});

test("PsAcano cuts 38 characters before the failure's code and 20 after it", async () => {
  await using scope = new Scope();
  const { send } = await testApi(scope);
  const { body } = await send("PUT", "coSpaces/0b5c8b5e-0000-4000-8000-000000000000", "name=x");
  assert.equal(body.slice(38, -20), "coSpaceDoesNotExist");
  const parameter = await send("POST", "webBridges", "url=https://web.example.com");
  assert.deepEqual(
    [parameter.status, parameter.body.slice(38, -20)],
    [400, 'parameterError parameter="url" error="invalidValue"'],
  );
});

test("bitfocus leaves out the space after Basic and writes paths and filters in small letters", async () => {
  await using scope = new Scope();
  const { port, calls } = await testApi(scope);
  const { id, spaceId } = calls.addCall();
  calls.addCall();
  const get = (path: string) =>
    rawRequest(
      port,
      bytes([`GET ${path} HTTP/1.1`, "Host: cms", `Authorization: Basic${BASIC}`, "Content-Type: application/json"]),
    );
  assert.match(await get(`/api/v1/calls?coSpacefilter=${spaceId}`), new RegExp(`<calls total="1"><call id="${id}">`));
  assert.match(await get("/api/v1/calllegs?limit=10&offset=0"), /<callLegs total="0"\/>/);
  assert.match(await get("/api/v1/calllegprofiles"), /<callLegProfiles total="0"\/>/);
  assert.match(await get("/api/v1/cospaces/"), /<coSpaces total="0"\/>/);
});

test("form text is read whatever its content type says", async () => {
  await using scope = new Scope();
  const { port, json } = await testApi(scope);
  for (const type of [
    "application/json",
    "x-www-form-urlencoded",
    "text/plain",
    "application/x-www-form-urlencoded; charset=UTF-8",
  ]) {
    const form = `name=${encodeURIComponent(type)}&callId=`;
    const head = [
      "POST /api/v1/coSpaces HTTP/1.1",
      "Host: cms",
      `Authorization: Basic ${BASIC}`,
      `Content-Type: ${type}`,
    ];
    const answer = await rawRequest(port, bytes([...head, `Content-Length: ${form.length}`], form));
    assert.match(answer, /^HTTP\/1\.1 200 [\s\S]*\r\nlocation: \/api\/v1\/coSpaces\/[0-9a-f-]{36}\r\n/i, type);
  }
  const none = "name=none";
  const head = [
    "POST /api/v1/coSpaces HTTP/1.1",
    "Host: cms",
    `Authorization: Basic ${BASIC}`,
    `Content-Length: ${none.length}`,
  ];
  assert.match(await rawRequest(port, bytes(head, none)), /^HTTP\/1\.1 200 /);
  assert.equal((await json("coSpaces")).coSpaces.total, 5);
});

test("Canopy sends GET with an empty body, a form content type and a trailing question mark", async () => {
  await using scope = new Scope();
  const { port, make } = await testApi(scope);
  await make("system/cdrReceivers", "url=http://reciever.example.com:8444/cdr");
  const answer = await rawRequest(
    port,
    bytes([
      "GET /api/v1/system/cdrReceivers? HTTP/1.1",
      "Host: cms",
      "Accept-Encoding: identity",
      "Content-Length: 0",
      "Content-Type: application/x-www-form-urlencoded",
      `Authorization: Basic ${BASIC}`,
    ]),
  );
  assert.match(answer, /<cdrReceivers total="1" maximum="4"><cdrReceiver id="[^"]+"><uri>http:\/\/reciever/);
});

test("slashes may be doubled and stand at the end, and a question mark too", async () => {
  await using scope = new Scope();
  const { port } = await testApi(scope);
  for (const path of [
    "//api/v1/coSpaces",
    "/api/v1//coSpaces/",
    "/api/v1/coSpaces?",
    "/api/v1/COSPACES/?",
    "/api/v1/coSpaces?_=1700000000",
  ]) {
    const answer = await rawRequest(
      port,
      bytes([`GET ${path} HTTP/1.1`, "Host: cms", `Authorization: Basic ${BASIC}`]),
    );
    assert.match(answer, /<coSpaces total="0"\/>/, path);
  }
});

test("the id of an access method is the seventh part of its Location", async () => {
  await using scope = new Scope();
  const { send, make } = await testApi(scope);
  const space = await make("coSpaces", "name=x");
  const { headers } = await send("POST", `coSpaces/${space}/accessMethods`, "name=Host&callId=111111");
  const location = headers.get("location")!;
  const id = location.split("/")[6]!;
  assert.equal(location, `/api/v1/coSpaces/${space}/accessMethods/${id}`);
  assert.match((await send("GET", `coSpaces/${space}/accessMethods/${id}`)).body, /^.{21}<accessMethod id="/);
});
