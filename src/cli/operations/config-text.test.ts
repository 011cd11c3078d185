import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePrefix } from "#base";
import { type Look, plainPaint } from "#terminal";
import { at, changedText, configText, keyPath, written } from "./config-text.ts";

const look: Look = { paint: plainPaint, width: 80, now: 0 };
/** As the role sends it. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test("what holds is shown in the form of the file, whether the file or a default says it", () => {
  const holds = sent({
    listen: { address: "0.0.0.0", port: 443 },
    other: { address: "::", port: 80 },
    ports: { first: 24_000, last: 29_999 },
    certificate: "/etc/x/certs/web.pem",
    from: ["10.0.0.0/8", "fc00::/7"].map(parsePrefix),
    exempt: [parsePrefix("192.0.2.1")],
    hosts: [{ host: "a.example.com", enabled: true }],
  });
  const file = { certificate: "certs/web.pem", exempt: ["192.0.2.1"], hosts: [{ host: "a.example.com" }] };
  assert.deepEqual(written(holds, file), {
    listen: "0.0.0.0:443",
    other: "[::]:80",
    ports: "24000-29999",
    certificate: "certs/web.pem",
    from: ["10.0.0.0/8", "fc00::/7"],
    exempt: ["192.0.2.1"],
    hosts: [{ host: "a.example.com", enabled: true }],
  });
});

test("a key leads into objects and lists; one that is nowhere leads to nothing", () => {
  const value = { joinHosts: [{ host: "a" }, { host: "b" }] };
  assert.deepEqual(keyPath("joinHosts.1.host"), ["joinHosts", 1, "host"]);
  assert.equal(at(value, keyPath("joinHosts.1.host")), "b");
  for (const key of ["joinHosts.7.host", "joinHosts.x", "no.such.key", ""])
    assert.equal(at(value, keyPath(key)), undefined);
});

test("a change is told with what was before, and what waits for a restart", () => {
  const change = { key: "protection.mode", before: "block", after: "observe" };
  assert.equal(changedText({ ...change, said: ["protection"] }, look), "Changed:\n  protection.mode: block -> observe");
  const restart = "admin: changed in the file, but needs a restart";
  assert.equal(
    changedText({ key: "admin.listen", before: undefined, after: [1], said: [restart] }, look),
    `Changed:\n  admin.listen: (default) -> [1]\n  ${restart}`,
  );
  assert.equal(
    changedText({ key: "a.b", before: 1, after: 2, said: ["a.b: 1 -> 2"] }, look),
    "Changed:\n  a.b: 1 -> 2",
  );
  assert.match(changedText({ ...change, said: [] }, look), /^Nothing changed/);
});

test("keys that wait for a restart stand below what holds", () => {
  const answer = { file: "", revision: "", written: {}, holds: {}, needRestart: ["admin"], editable: [] };
  assert.equal(
    configText({ mode: "block" }, answer, look),
    "mode: block\n# admin was changed in the file and waits for a restart",
  );
});
