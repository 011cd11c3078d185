import { hash } from "@node-rs/argon2";
import { fail } from "../errors.ts";

const MIN = 10;
/** Longer ones would only cost work. */
export const MAX_PASSWORD = 256;

/** argon2id with the parameters that OWASP names for interactive sign-in: 19 MiB, 2 passes. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
}

/** Throws ADMIN_PASSWORD_WEAK. */
export function checkPassword(password: string): void {
  const why = password.length < MIN ? "too short" : password.length > MAX_PASSWORD ? "too long" : faultOf(password);
  if (why) throw fail("ADMIN_PASSWORD_WEAK", { why, min: MIN, max: MAX_PASSWORD });
}

function faultOf(password: string): string | undefined {
  return new Set(password).size < 4 ? "too easy to guess" : undefined;
}
