import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaJson } from "../../../src/meeting/api-schema/schema-json.ts";
import { childrenOf, collectionPath, formFields, placeOf, type SchemaNoun, schemaOf, titleOf } from "./schema.ts";

const schema = schemaOf(schemaJson() as readonly SchemaNoun[]);
const at = (path: string) => {
  const place = placeOf(schema, path);
  return place && [place.kind, place.noun.name, place.parent?.id, place.kind === "object" ? place.id : undefined];
};

test("a path of the API is a list, a form, an object, or nothing", () => {
  assert.deepEqual(at("turnServers"), ["list", "turnServer", undefined, undefined]);
  assert.deepEqual(at("turnServers/new"), ["new", "turnServer", undefined, undefined]);
  assert.deepEqual(at("turnServers/g1"), ["object", "turnServer", undefined, "g1"]);
  assert.deepEqual(at("coSpaces/g1/accessMethods"), ["list", "accessMethod", "g1", undefined]);
  assert.deepEqual(at("coSpaces/g1/accessMethods/g2"), ["object", "accessMethod", "g1", "g2"]);
  assert.deepEqual(at("system/cdrReceivers/g1"), ["object", "cdrReceiver", undefined, "g1"]);
  assert.deepEqual(at("system/profiles"), ["object", "profiles", undefined, undefined]);
  for (const path of ["", "unheard", "turnServers/g1/more", "system/profiles/g1", "accessMethods"])
    assert.equal(at(path), undefined, path);
});

test("every noun of the server has a page that its own path leads to", () => {
  for (const noun of schema.values()) {
    const parentNoun = noun.parent ? schema.get(noun.parent) : undefined;
    const path = collectionPath(noun, parentNoun && { noun: parentNoun, id: "g1" });
    assert.equal(placeOf(schema, path)?.noun, noun, path);
  }
});

test("what only the server sets is in no form, and what lives in a space is found", () => {
  const space = schema.get("coSpace")!;
  assert.ok(formFields(space).every(({ readOnly, internal }) => !readOnly && !internal));
  assert.deepEqual(
    childrenOf(schema, space)
      .map(({ name }) => name)
      .sort(),
    ["accessMethod", "coSpaceUser"],
  );
});

test("an object is known by its name, address or URL", () => {
  assert.equal(titleOf(schema.get("turnServer")!, { serverAddress: "10.0.0.1", username: "x" }), "10.0.0.1");
  assert.equal(titleOf(schema.get("coSpace")!, { name: "Weekly" }), "Weekly");
  assert.equal(titleOf(schema.get("callLegProfile")!, {}), undefined);
});
