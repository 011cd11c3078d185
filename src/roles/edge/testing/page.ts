import { readFileSync } from "node:fs";

/** A page that has `relayedPair`. Expressions give a primitive value, or a promise of one. */
export interface Page {
  evaluate(expression: string): Promise<unknown>;
}

export const SCRIPT = readFileSync(new URL("./relayed-pair.js", import.meta.url), "utf8");
