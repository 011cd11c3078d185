import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { TurnpikeError } from "#base";
import { turnClientErrors } from "#turn-client";
import { ICE_FAILURES, iceFailureOf } from "./ice-failures.ts";

const refused = (code: number) =>
  new TurnpikeError("TURN_CLIENT_REFUSED", turnClientErrors.TURN_CLIENT_REFUSED, {
    ...{ server: "10.0.1.2:3478", method: "Allocate", code, reason: "no" },
  });
const silent = (transport: string) =>
  new TurnpikeError("TURN_CLIENT_TIMEOUT", turnClientErrors.TURN_CLIENT_TIMEOUT, { server: "x", transport });

const rows: readonly [{ code: string; message?: string }, number | undefined][] = [
  [{ code: "TURN_CLIENT_UNAUTHORIZED" }, 4],
  [refused(486), 7],
  [refused(508), 8],
  [refused(441), 9],
  [refused(438), 10],
  [refused(403), 2],
  [silent("udp"), 1],
  [silent("tcp"), 6],
  [{ code: "DNS_NO_SUCH_NAME" }, 5],
  [{ code: "TURN_SERVER_NAME_UNKNOWN" }, 5],
  [{ code: "TURN_SERVER_NONE" }, 13],
  [{ code: "MEDIA_ICE_TIMEOUT" }, 3],
  [{ code: "MEDIA_DTLS_FINGERPRINT_MISMATCH" }, 11],
  [{ code: "MEDIA_PATH_TIMEOUT" }, 12],
  [{ code: "MEDIA_WORKER_LOST" }, 14],
  [{ code: "MEDIA_PEER_CLOSED" }, undefined],
];

for (const [{ code, message = "" }, number] of rows)
  test(`${code} "${message}" is ICE failure ${number ?? "none"}`, () => {
    assert.equal(iceFailureOf(code, message), number);
  });

test("the page of the protocol names every number with its words", () => {
  const page = readFileSync(new URL("../../../docs/protocol/ice-failures.md", import.meta.url), "utf8");
  for (const [number, words] of Object.entries(ICE_FAILURES)) {
    const [what] = words.split(" - ");
    assert.match(page, new RegExp(`^\\| ${number} \\| ${what} \\|`, "m"));
  }
});
