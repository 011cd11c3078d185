import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { NOUNS } from "#api-schema";
import { Scope } from "#base";
import { LACKING_ROUTES } from "./lacking.ts";
import { ROUTES } from "./routes.ts";
import { testApi } from "./testing/world.ts";

const METHODS = ["GET", "POST", "PUT", "DELETE"] as const;
const failed = (code: string) => `<?xml version="1.0"?><failureDetails><${code} /></failureDetails>`;

test("what this product has not answers invalidOperation to every method", async () => {
  await using scope = new Scope();
  const { send } = await testApi(scope);
  for (const { path } of LACKING_ROUTES)
    for (const method of METHODS) {
      const { status, body } = await send(
        method,
        path.replaceAll("*", randomUUID()),
        method === "GET" ? undefined : "",
      );
      assert.deepEqual([status, body], [400, failed("invalidOperation")], `${method} ${path}`);
    }
});

test("a path that nobody knows is an unrecognized object", async () => {
  await using scope = new Scope();
  const { send } = await testApi(scope);
  const id = randomUUID();
  for (const path of [
    "nothing",
    "",
    "coSpaces/x/y",
    `coSpaces/${id}/calls`,
    "system",
    "a%2fb",
    "system/status/x",
    `users/${id}/nothing`,
  ]) {
    const { status, body } = await send("GET", path);
    assert.deepEqual([status, body], [404, failed("unrecognizedObject")], path);
  }
  const patch = await send("PATCH", "coSpaces", "");
  assert.deepEqual([patch.status, patch.body], [400, failed("invalidOperation")]);
});

test("each object that is not there has the failure of its noun", async () => {
  await using scope = new Scope();
  const { send, make } = await testApi(scope);
  const parents: Readonly<Record<string, string>> = {
    coSpace: `coSpaces/${await make("coSpaces", "name=x")}/`,
    coSpaceTemplate: `coSpaceTemplates/${await make("coSpaceTemplates", "name=x")}/`,
  };
  for (const noun of NOUNS.values()) {
    if (noun.singleton) continue;
    const above = noun.parent ? parents[noun.parent]! : noun.under ? `${noun.under}/` : "";
    for (const id of [randomUUID(), "x", "*"]) {
      const { status, body } = await send("GET", `${above}${noun.plural}/${id}`);
      assert.deepEqual([status, body], [404, failed(noun.missing)], noun.name);
    }
    if (noun.parent) {
      const orphan = await send("GET", `${NOUNS.get(noun.parent)!.plural}/${randomUUID()}/${noun.plural}`);
      assert.deepEqual([orphan.status, orphan.body], [404, failed(NOUNS.get(noun.parent)!.missing)]);
    }
  }
});

test("the OpenAPI document has every path and only references that it defines", async () => {
  await using scope = new Scope();
  const { json } = await testApi(scope);
  const document = await json("openapi.json");
  assert.equal(document.openapi, "3.1.0");
  assert.deepEqual(Object.keys(document.paths["/coSpaces/{coSpaceId}/accessMethods/{accessMethodId}"]).sort(), [
    "delete",
    "get",
    "parameters",
    "put",
    "summary",
  ]);
  assert.equal(Object.keys(document.paths).length, ROUTES.filter(({ lacking }) => !lacking).length);
  const schemas = Object.keys(document.components.schemas);
  const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
    (match) => match[1]!,
  );
  assert.ok(references.length > 50);
  assert.deepEqual(
    references.filter((name) => !schemas.includes(name)),
    [],
  );
  assert.ok(!JSON.stringify(document).includes("passwordHash"));
});
