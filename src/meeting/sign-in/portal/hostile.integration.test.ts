import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Scope } from "#base";
import { JOIN_HOST, signInWorld } from "../testing/world.ts";
import { ROUTES } from "./router.ts";

const HOSTILE = [
  "__proto__",
  "constructor",
  "'; drop table objects; --",
  "\0",
  "\ud800",
  "𝕏".repeat(300),
  "../../etc",
  "$&",
];

test("whatever is asked of whichever route, the answer is no failure of the server's and shows no secret", async () => {
  await using scope = new Scope();
  const { person, ask, log, storage } = await signInWorld(scope);
  const { session, as } = await person("ada@example.com");
  const { id } = (await as("POST", "/cospaces", { name: "Mine" })).body as { id: string };
  const [member] = (await storage.list("coSpaceUser")).objects;
  const value = fc.oneof(fc.constantFrom(...HOSTILE, id), fc.string({ unit: "binary", maxLength: 30 }), fc.jsonValue());
  const names = ["name", "uri", "callId", "passcode", "userJid", "language", "version", "accessMethod", "canDestroy"];
  const body = fc.oneof(value, fc.dictionary(fc.constantFrom(...names, "__proto__", "x"), value, { maxKeys: 4 }));
  const query = fc.dictionary(
    fc.constantFrom("query", "language", "offset", "limit", "returnTo", "state", "code"),
    fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", maxLength: 20 })),
  );
  // Signing in is slow on purpose, and ending the session or the space would end the test.
  const routes = ROUTES.filter(
    ({ method, path }) => !(path === "/auth" || (method === "DELETE" && path !== "/cospaces/*/members/*")),
  );
  const places = fc.constantFrom(id, member!.id, "00000000-0000-4000-8000-000000000000", "%2e%2e", "*");
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...routes), body, query, places, places, async (route, sent, asked, a, b) => {
      const ids = [a, b];
      const path = route.path.replace(/\*/g, () => ids.shift()!);
      const answer = await ask(route.method, path, { session, body: sent, query: asked as Record<string, string> });
      assert.ok(answer.status < 500, `${route.method} ${path} ${JSON.stringify(sent)}: ${JSON.stringify(answer)}`);
      assert.doesNotMatch(JSON.stringify(answer), /argon2|passwordHash/);
      const location = answer.location && new URL(answer.location, `https://${JOIN_HOST}`);
      assert.ok(!location || location.host === JOIN_HOST);
    }),
    { numRuns: 400 },
  );
  assert.deepEqual(
    log.lines.filter(({ level }) => level === "error"),
    [],
  );
});
