import assert from "node:assert/strict";
import { test } from "node:test";
import { menuOf, placeIn, startOf } from "./pages.ts";

const paths = (role: Parameters<typeof menuOf>[0], hasCertificates = true) =>
  menuOf(role, hasCertificates).flatMap(({ pages }) => pages.map(({ path }) => path));

test("each role has its own menu, and no path twice", () => {
  for (const role of ["meeting-server", "core", "edge"] as const) {
    const all = paths(role);
    assert.equal(new Set(all).size, all.length, role);
    assert.equal(all[0], startOf(role));
  }
  assert.ok(paths("edge").includes("/configuration/turn") && !paths("core").includes("/configuration/turn"));
});

test("a meeting server has certificates in its menu only if it can tell of them", () => {
  assert.ok(paths("meeting-server").includes("/security/certificates"));
  assert.ok(!paths("meeting-server", false).includes("/security/certificates"));
});

test("the page of one relay stands below the list of them", () => {
  const menu = menuOf("edge", true);
  assert.equal(placeIn(menu, "/status/turn-relay-usage/7")?.page.page, "relayUsage");
  assert.equal(placeIn(menu, "/status/ssh-tunnels")?.page.middle, "unifiedCommunications");
  assert.equal(placeIn(menu, "/nowhere"), undefined);
});
