import { z } from "zod";
import { prefix } from "#base";
import { PROTECTION_RULES } from "./rules.ts";

/** The edge's `protection:` section. */
export const protectionSection = z
  .strictObject({
    mode: z
      .enum(["block", "observe", "off"])
      .default(PROTECTION_RULES.mode)
      .describe("what is done about sources that keep failing: block them for a while, only say so, or nothing"),
    exempt: z
      .array(prefix())
      .default([])
      .describe(
        "addresses and prefixes that are neither limited nor blocked, such as those of cores, of Call Bridges and of a balancer without PROXY protocol",
      ),
    threshold: z
      .int()
      .min(10)
      .max(10_000)
      .default(PROTECTION_RULES.threshold)
      .describe("points at which a source is blocked; they fade by half each minute, and malformed TLS gives ten"),
    firstBlockSeconds: seconds(
      PROTECTION_RULES.firstBlockMs,
      "how long a source is blocked at first; each time twice as long",
    ),
    lastBlockSeconds: seconds(PROTECTION_RULES.lastBlockMs, "how long a source is blocked at most"),
  })
  .prefault({});

export type ProtectionConfig = z.output<typeof protectionSection>;

/** The section as `Protection` takes it. */
export function protectionRules({ firstBlockSeconds, lastBlockSeconds, ...rest }: ProtectionConfig) {
  const firstBlockMs = firstBlockSeconds * 1000;
  return { ...rest, firstBlockMs, lastBlockMs: Math.max(firstBlockMs, lastBlockSeconds * 1000) };
}

function seconds(fallbackMs: number, help: string) {
  return z
    .int()
    .min(1)
    .max(86_400)
    .default(fallbackMs / 1000)
    .describe(help);
}
