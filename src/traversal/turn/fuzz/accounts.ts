import { ManualClock } from "#base";
import { longTermKey, longTermKeySha256, userhash } from "#stun";
import { shortTermCredentials, type TurnCredentials } from "#turn-client";
import { ANNA, BRIDGE, REALM, SECRET } from "../test-world.ts";

/** When each input begins. */
const START = new ManualClock().now();
const HOUR = 3_600_000;

/** Whom a step can sign as; some of them may not, or not any more. */
export const ACCOUNTS: readonly Account[] = [
  ANNA,
  BRIDGE,
  shortTermCredentials(SECRET, "guest", "g1", START + HOUR),
  shortTermCredentials(SECRET, "bridge", "b1", START + HOUR),
  // The first guest again, renewed.
  shortTermCredentials(SECRET, "guest", "g1", START + 2 * HOUR),
  { username: ANNA.username, password: "not-annas-password" },
  shortTermCredentials(SECRET, "guest", "g2", START - HOUR),
  shortTermCredentials("older-secret", "guest", "g3", START + 60_000),
].map(withKeys);

/** What no line of the log may hold. */
export const SECRETS: readonly string[] = [
  SECRET,
  "older-secret",
  ...ACCOUNTS.flatMap(({ password, md5, sha256 }) => [password, ...[md5, sha256].map((key) => key.toString("hex"))]),
];

export interface Account extends TurnCredentials {
  readonly md5: Buffer;
  readonly sha256: Buffer;
  readonly userhash: Buffer;
}

function withKeys({ username, password }: TurnCredentials): Account {
  const [md5, sha256] = [longTermKey, longTermKeySha256].map((make) => make(username, REALM, password));
  return { username, password, md5: md5!, sha256: sha256!, userhash: userhash(username, REALM) };
}
