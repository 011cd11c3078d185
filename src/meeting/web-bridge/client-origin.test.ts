import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parsePrefix } from "#base";
import { clientOrigin, parseForwarded } from "./client-origin.ts";

const TRUSTED = [parsePrefix("10.0.0.20")!];
const TRACE = "0123456789abcdef";

function origin(remoteAddress: string, forwarded?: string, trace?: string) {
  const { address, via } = clientOrigin({ remoteAddress, forwarded, trace }, TRUSTED);
  return `${address} ${via}`;
}

test("a trusted core says who the guest is; anyone else says it in vain", () => {
  assert.equal(origin("10.0.0.20", "for=198.51.100.7;host=join.example.com;proto=https"), "198.51.100.7 edge");
  assert.equal(origin("::ffff:10.0.0.20", "for=198.51.100.7"), "198.51.100.7 edge");
  assert.equal(origin("10.0.0.21", "for=198.51.100.7"), "10.0.0.21 inside");
  assert.equal(origin("10.0.0.20"), "10.0.0.20 inside");
  assert.equal(origin("10.0.0.20", "for=unknown"), "10.0.0.20 edge");
});

test("Forwarded is read as RFC 7239 writes it, the nearest proxy's element counts", () => {
  const read = (header: string) => parseForwarded(header).for;
  assert.equal(read('For="[2001:db8:cafe::17]:4711"'), "2001:db8:cafe::17");
  assert.equal(read('for="[2001:DB8::1]";proto=https'), "2001:db8::1");
  assert.equal(read("for=192.0.2.60;proto=http;by=203.0.113.43"), "192.0.2.60");
  assert.equal(read("for=192.0.2.60:8080"), "192.0.2.60");
  assert.equal(read('for=192.0.2.43, for="198.51.100.17"'), "198.51.100.17");
  for (const nothing of ["", "for=unknown", "for=_hidden", "proto=https", "for=", 'for="1,2"', "for=999.1.1.1"])
    assert.equal(read(nothing), undefined, nothing);
  assert.equal(parseForwarded("for=192.0.2.60;host=join.example.com:8443").host, "join.example.com:8443");
});

test("a well-formed trace id is kept, any other is replaced", () => {
  const traceOf = (trace?: string) =>
    clientOrigin({ remoteAddress: "10.0.0.21", forwarded: undefined, trace }, TRUSTED).traceId;
  assert.equal(traceOf(TRACE), TRACE);
  for (const bad of [undefined, "", "xyz", TRACE.toUpperCase(), `${TRACE}0`]) {
    assert.match(traceOf(bad), /^[0-9a-f]{16}$/);
    assert.notEqual(traceOf(bad), bad);
  }
});

test("no header makes it throw or takes it long", () => {
  fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => void parseForwarded(text)));
  const started = process.cpuUsage();
  parseForwarded('for="'.repeat(100_000));
  assert.ok(process.cpuUsage(started).user < 200_000);
});
