import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { REASONS } from "./errors.ts";

const registry = JSON.parse(
  readFileSync(new URL("../../protocols/stun/testdata/iana-stun-parameters.json", import.meta.url), "utf8"),
) as { readonly errorCodes: readonly (readonly [code: number, name: string, reference: string])[] };

/** RFC 3489's, no longer registered; Expressway still sends it. */
const RETIRED = 431;

test("error codes and reasons are those of IANA's registry", () => {
  const registered = new Map(registry.errorCodes.map(([code, name]) => [code, name.toLowerCase()]));
  for (const [code, reason] of Object.entries(REASONS))
    if (Number(code) !== RETIRED) assert.equal(reason.toLowerCase(), registered.get(Number(code)), code);
  assert.equal(registered.get(RETIRED), undefined);
});
