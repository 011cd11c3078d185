import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TurnpikeError } from "#base";
import { PROXY_LIMITS } from "../limits.ts";
import { type Header, type Passage, valuesOf } from "../passage.ts";
import { CORE_PASSES, EDGE_PASSES, runPasses } from "./index.ts";

const HOST = "join.example.com";
const policy = { joinHosts: [HOST, "192.0.2.9"], limits: PROXY_LIMITS };
const allowAll = { ...policy, decide: () => ({ allowed: true as const, rule: undefined as never }) };

function passage(change: Partial<Passage> = {}, more: readonly Header[] = []): Passage {
  return {
    method: "GET",
    httpVersion: "1.1",
    rawTarget: "/",
    webSocket: false,
    routedHost: HOST,
    source: "192.0.2.1",
    headers: [["host", HOST], ...more],
    host: "",
    path: "/",
    query: "",
    traceId: "",
    ...change,
  };
}

function code(run: () => void): string {
  try {
    run();
    return "passed";
  } catch (error) {
    assert.ok(error instanceof TurnpikeError, String(error));
    return error.code;
  }
}

test("what the edge sends is what the core takes, and both tell the inside the same client", () => {
  for (const [source, by] of [
    ["192.0.2.1", "192.0.2.1"],
    ["2001:db8::1", '"[2001:db8::1]"'],
  ]) {
    const atEdge = passage({ source });
    runPasses(EDGE_PASSES, atEdge, policy);
    assert.deepEqual(valuesOf(atEdge.headers, "forwarded"), [`for=${by};host=${HOST};proto=https`]);
    const atCore = passage({ source: undefined, headers: [...atEdge.headers, ["connection", "keep-alive"]] });
    runPasses(CORE_PASSES, atCore, allowAll);
    assert.equal(atCore.source, source);
    assert.deepEqual(atCore.headers, atEdge.headers);
  }
});

test("a join host that is an IP address is asked for without a server name, on any port", () => {
  const by = (routedHost: string | undefined) =>
    code(() => runPasses(EDGE_PASSES, passage({ routedHost, headers: [["host", "192.0.2.9:8443"]] }), policy));
  assert.equal(by(undefined), "passed");
  assert.equal(by(HOST), "PROXY_MISDIRECTED");
});

test("a host that nobody serves gets an answer that names nothing", () => {
  const unknown = passage({ routedHost: "other.example.com", headers: [["host", "other.example.com"]] });
  assert.equal(
    code(() => runPasses(EDGE_PASSES, unknown, policy)),
    "PROXY_UNKNOWN_HOST",
  );
});

test("whatever comes, only known shapes go on, or it is refused by name", () => {
  const name = fc.oneof(
    fc.constantFrom("connection", "forwarded", "x-forwarded-for", "x_forwarded_for", "via", "te", "upgrade", "host"),
    fc.constantFrom("content-length", "transfer-encoding", "x-turnpike-trace", "x-turnpike-role", "cookie", "expect"),
    fc.stringMatching(/^[a-z][a-z0-9_-]{0,12}$/),
  );
  const value = fc.oneof(fc.constantFrom("close", "cookie", "host, forwarded", "chunked", "5", HOST), fc.string());
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 8 }), fc.string(), (headers, target) => {
      const one = passage({ rawTarget: `/${target}` }, headers);
      if (code(() => runPasses(EDGE_PASSES, one, policy)) !== "passed") return;
      for (const exactlyOne of ["host", "forwarded", "x-turnpike-trace"])
        assert.equal(valuesOf(one.headers, exactlyOne).length, 1, exactlyOne);
      assert.equal(one.headers.find(([key]) => key === "host")![1], HOST);
      assert.equal(valuesOf(one.headers, "forwarded")[0], `for=192.0.2.1;host=${HOST};proto=https`);
      const names = one.headers.map(([key]) => key);
      const never =
        /^(connection|te|trailer|transfer-encoding|upgrade|expect|via|x-forwarded-.*|x-turnpike-role|.*_.*)$/;
      assert.ok(!names.some((key) => never.test(key)), names.join());
      assert.match(one.path, /^\/[\x21-\x7e]*$/);
    }),
    { numRuns: 300 },
  );
});
