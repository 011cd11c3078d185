import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliDecompressSync } from "node:zlib";
import { Scope } from "#base";
import type { ClientOrigin, JoinRequest } from "#bridge-link";
import { ADMITTED, echoService } from "../bridge-link/testing.ts";
import { SCRIPT, type World, world } from "./testing.ts";

const JOIN = { callId: "123 456-789", name: "  Ana " };
const TRACE = "0123456789abcdef";

function recorder() {
  const calls: { request: JoinRequest; origin: ClientOrigin }[] = [];
  const join = async (request: JoinRequest, origin: ClientOrigin) => {
    calls.push({ request, origin });
    return ADMITTED;
  };
  return { calls, service: echoService({ join }) };
}

const post = (w: World, body: unknown, headers = {}) => w.ask("POST", "/api/join", { body, headers });

test("a guest who is admitted gets token, ICE servers and trace id, and nothing keeps a copy", async () => {
  await using scope = new Scope();
  const w = await world(scope);
  const { calls, service } = recorder();
  await w.link(scope, service);
  const answer = await post(w, { ...JOIN, secret: "s", passcode: "" }, { "x-turnpike-trace": TRACE });
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.json, ADMITTED);
  assert.equal(answer.headers["cache-control"], "no-store");
  assert.deepEqual(calls[0]?.request, { callId: "123456789", name: "Ana", secret: "s" });
  assert.deepEqual(calls[0]?.origin, {
    address: "127.0.0.1",
    via: "inside",
    traceId: TRACE,
    webBridge: "web-bridge-1",
  });
});

test("the guest's address is believed from a trusted core only", async () => {
  await using scope = new Scope();
  const { calls, service } = recorder();
  const forwarded = { forwarded: 'for="[2001:db8::7]";host=join.example.com;proto=https' };
  for (const trusted of [["127.0.0.1"], ["10.0.0.20"]]) {
    const w = await world(scope, trusted);
    await w.link(scope, service);
    await post(w, JOIN, forwarded);
  }
  assert.deepEqual(
    calls.map(({ origin }) => `${origin.address} ${origin.via}`),
    ["2001:db8::7 edge", "127.0.0.1 inside"],
  );
});

test("requests out of shape are refused by field with a sentence, and never reach the Call Bridge", async () => {
  await using scope = new Scope();
  const w = await world(scope);
  const { calls, service } = recorder();
  await w.link(scope, service);
  const bad: [unknown, string][] = [
    [{ ...JOIN, callId: "" }, "callId"],
    [{ ...JOIN, callId: "12345678x" }, "callId"],
    [{ name: "Ana", uri: "two words" }, "uri"],
    [{ name: "Ana" }, "callId"],
    [{ ...JOIN, name: " \u200b " }, "name"],
    [{ ...JOIN, name: "x".repeat(81) }, "name"],
    [{ ...JOIN, name: 7 }, "name"],
    [{ ...JOIN, passcode: "1".repeat(65) }, "passcode"],
    [{ ...JOIN, secret: "1".repeat(101) }, "secret"],
    ["[]", "body"],
    ["{", "body"],
    [{ ...JOIN, padding: "x".repeat(20_000) }, "body"],
  ];
  for (const [body, field] of bad) {
    const { status, json } = await post(w, body);
    assert.equal(`${status} ${json.error.code} ${json.error.field}`, `400 JOIN_BAD_REQUEST ${field}`);
    assert.match(json.error.message, /\.$/);
    assert.match(json.error.traceId, /^[0-9a-f]{16}$/);
  }
  assert.equal(
    (await w.ask("POST", "/api/join", { body: "a=b", headers: { "content-type": "text/plain" } })).status,
    400,
  );
  assert.equal(calls.length, 0);
});

test("refusals of the Call Bridge have their HTTP status and Retry-After", async () => {
  await using scope = new Scope();
  const w = await world(scope);
  const join = async ({ name }: JoinRequest, { traceId }: ClientOrigin) => {
    const retry = name === "JOIN_RATE_LIMITED" ? { retryAfter: 29.5 } : {};
    return { result: "refused", error: { code: name, message: "No.", ...retry, traceId } } as const;
  };
  await w.link(scope, echoService({ join }));
  for (const [code, status] of [
    ["JOIN_REFUSED", 403],
    ["JOIN_RATE_LIMITED", 429],
    ["JOIN_CALL_FULL", 503],
  ] as const) {
    const answer = await post(w, { ...JOIN, name: code });
    assert.equal(answer.status, status);
    assert.equal(answer.json.error.code, code);
    assert.equal(answer.headers["retry-after"], code === "JOIN_RATE_LIMITED" ? "30" : undefined);
  }
});

test("without a bridge link a join is answered at once with 503 and a sentence; health counts the links", async () => {
  await using scope = new Scope();
  const w = await world(scope);
  const { status, json } = await post(w, JOIN);
  assert.equal(`${status} ${json.error.code}`, "503 BRIDGE_LINK_DOWN");
  assert.match(json.error.message, /not ready right now/);
  assert.deepEqual((await w.ask("GET", "/api/health")).json, { webBridge: "ok", bridgeLinks: 0 });
  await w.link(scope, echoService());
  assert.deepEqual((await w.ask("GET", "/api/health")).json, { webBridge: "ok", bridgeLinks: 1 });
});

test("a source that asks too often is told to wait, and the log says so without secrets", async () => {
  await using scope = new Scope();
  const w = await world(scope);
  await w.link(scope, echoService());
  let limited = await post(w, JOIN);
  for (let i = 0; i < 400 && limited.status === 200; i++) limited = await post(w, { ...JOIN, secret: "s3cr3t" });
  assert.equal(`${limited.status} ${limited.json.error.code}`, "429 JOIN_RATE_LIMITED");
  assert.ok(Number(limited.headers["retry-after"]) > 0);
  assert.equal(limited.json.error.retryAfter, Number(limited.headers["retry-after"]));
  assert.ok(w.log.lines.some((line) => line.event === "request rate limited"));
  assert.ok(!JSON.stringify(w.log.lines).includes("s3cr3t"));
});

test("the page comes fresh at / and /meeting/<id>, hashed files may be kept for ever, nothing else is served", async () => {
  await using scope = new Scope();
  const w = await world(scope);
  for (const path of ["/", "/meeting/123456789?secret=x", "/meeting/123456789/"]) {
    const page = await w.ask("GET", path);
    assert.equal(`${page.status} ${page.headers["cache-control"]}`, "200 no-cache");
    assert.match(page.text, /<title>Turnpike/);
    assert.match(page.headers["content-type"] ?? "", /^text\/html/);
  }
  const script = await w.ask("GET", "/assets/index-Cxq3f_9Z.js");
  assert.equal(script.headers["cache-control"], "public, max-age=31536000, immutable");
  assert.match(script.headers["content-type"] ?? "", /javascript/);
  const packed = await w.ask("GET", "/assets/index-Cxq3f_9Z.js", { headers: { "accept-encoding": "gzip, br" } });
  assert.equal(packed.headers["content-encoding"], "br");
  assert.equal(String(brotliDecompressSync(packed.bytes)), SCRIPT);
  assert.equal(packed.headers["cache-control"], script.headers["cache-control"]);
  assert.equal(packed.headers["content-type"], script.headers["content-type"]);
  assert.match(String(packed.headers.vary), /accept-encoding/i);
  assert.equal((await w.ask("GET", "/icon.svg")).headers["cache-control"], "no-cache");
  for (const path of ["/none", "/../web.key", "/%2e%2e/web.key", "/assets/..%2f..%2fweb.key"]) {
    const answer = await w.ask("GET", path);
    assert.ok(answer.status === 404 || answer.status === 400, `${path} ${answer.status}`);
  }
});

test("the page may talk to its own host only, may not be framed, and lets no referrer out", async () => {
  await using scope = new Scope();
  const w = await world(scope, ["127.0.0.1"]);
  const headers = { forwarded: "for=198.51.100.7;host=join.example.com" };
  const page = await w.ask("GET", "/", { headers });
  const policy = String(page.headers["content-security-policy"]);
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self'(;|$)/);
  assert.match(policy, /connect-src 'self' wss:\/\/join\.example\.com:\*(;|$)/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.equal(page.headers["referrer-policy"], "no-referrer");
  assert.equal(page.headers["x-content-type-options"], "nosniff");
  assert.match(String(page.headers["permissions-policy"]), /camera=\(self\)/);
  const spoofed = await w.ask("GET", "/", { headers: { host: "evil; script-src *" } });
  assert.doesNotMatch(String(spoofed.headers["content-security-policy"]), /evil/);
});

test("a validation tells LiveKit clients of any site why their token was refused", async () => {
  await using scope = new Scope();
  const w = await world(scope);
  const validateToken = async (token: string) =>
    token === "good" ? ({ status: 200, text: "success" } as const) : ({ status: 401, text: "expired" } as const);
  assert.equal((await w.ask("GET", "/rtc/v1/validate?access_token=good")).status, 503);
  await w.link(scope, echoService({ validateToken }));
  const good = await w.ask("GET", "/rtc/v1/validate?access_token=good");
  assert.equal(`${good.status} ${good.text} ${good.headers["access-control-allow-origin"]}`, "200 success *");
  const bad = await w.ask("GET", "/rtc/v1/validate", { headers: { authorization: "Bearer old" } });
  assert.equal(`${bad.status} ${bad.text}`, "401 expired");
  assert.equal((await w.ask("GET", "/rtc/v1/validate")).status, 401);
  const preflight = await w.ask("OPTIONS", "/rtc/v1/validate", { headers: { origin: "https://other.example" } });
  assert.equal(`${preflight.status} ${preflight.headers["access-control-allow-headers"]}`, "204 authorization");
});
