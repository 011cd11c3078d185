import { createHash, timingSafeEqual } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";

/** argon2id by default. Memory in KiB, as OWASP's password storage sheet has it: some 20 ms of one core. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

let decoy: Promise<string> | undefined;

export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

/** Does the same work without a hash, so that the time taken does not tell whether there is one. */
export async function passwordMatches(stored: string | null | undefined, shown: string): Promise<boolean> {
  decoy ??= hashPassword("decoy");
  const right = await verify(stored ?? (await decoy), shown);
  return right && typeof stored === "string";
}

/** Compares in a time that depends on neither text. */
export function textMatches(stored: string, shown: string): boolean {
  return timingSafeEqual(digest(stored), digest(shown));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
