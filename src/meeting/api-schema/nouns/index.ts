import type { Noun } from "../noun.ts";
import { BRIDGES } from "./bridges.ts";
import { PROFILES } from "./profiles.ts";
import { SPACES } from "./spaces.ts";
import { SYSTEM } from "./system.ts";
import { USERS } from "./users.ts";

/** Every kind of object that is stored, by its singular name. */
export const NOUNS: ReadonlyMap<string, Noun> = new Map(
  [...SPACES, ...PROFILES, ...BRIDGES, ...USERS, ...SYSTEM].map((noun) => [noun.name, noun]),
);
