import assert from "node:assert/strict";
import { test } from "node:test";
import { routeOf, signInPath, spacePath } from "./route.ts";

const ID = "0c9d1f2e-8a7b-4c3d-9e0f-1a2b3c4d5e6f";

test("each address leads to its page, and any other to the landing page", () => {
  assert.deepEqual(routeOf("/spaces", ""), { to: "spaces" });
  assert.deepEqual(routeOf(spacePath(ID), ""), { to: "space", id: ID });
  assert.deepEqual(routeOf("/sign-in/", ""), { to: "sign-in", returnTo: "/spaces" });
  assert.deepEqual(routeOf("/meeting/123456789", "?secret=x"), {
    to: "landing",
    entry: { callId: "123456789", secret: "x" },
  });
  assert.deepEqual(routeOf("/spaces/no-id", ""), { to: "landing", entry: {} });
});

test("after sign-in one comes back to where one was, and nowhere else", () => {
  const [path, search] = signInPath(spacePath(ID)).split("?");
  assert.deepEqual(routeOf(path!, `?${search}`), { to: "sign-in", returnTo: spacePath(ID) });
  assert.equal(signInPath("/spaces"), "/sign-in");
  for (const elsewhere of ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "x"])
    assert.deepEqual(routeOf("/sign-in", `?${new URLSearchParams({ returnTo: elsewhere })}`), {
      to: "sign-in",
      returnTo: "/spaces",
    });
});

test("an identity provider's refusal is shown where one signs in", () => {
  const refused = { to: "sign-in", returnTo: "/spaces", error: "SIGN_IN_PROVIDER_LATE", traceId: "0011" };
  assert.deepEqual(routeOf("/", "?signInError=SIGN_IN_PROVIDER_LATE&traceId=0011"), refused);
});
