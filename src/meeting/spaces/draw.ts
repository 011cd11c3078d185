import { randomBytes, randomInt } from "node:crypto";
import type { ObjectReader } from "#storage";
import { fail } from "./errors.ts";

const FIRST_CALL_ID = 100_000_000;
const LAST_CALL_ID = 999_999_999;
/** With a million spaces a random call id is taken once in 900: this many misses in a row do not happen. */
const TRIES = 20;
const SECRET_BYTES = 16;

/** Nine digits that nobody has. */
export async function drawCallId(reader: ObjectReader): Promise<string> {
  for (let tries = 0; tries < TRIES; tries++) {
    const callId = String(randomInt(FIRST_CALL_ID, LAST_CALL_ID + 1));
    if ((await reader.holders("callId", callId)).length === 0) return callId;
  }
  throw fail("SPACE_NO_CALL_ID", { tries: TRIES });
}

/** Six digits, for those who type a host's Meeting ID instead of following the host's link. */
export function drawPasscode(): string {
  return String(randomInt(1_000_000)).padStart(6, "0");
}

/** 128 bits in 22 characters of base64url, as CMS's are. */
export function drawSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}
