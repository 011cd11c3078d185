import { z } from "zod";
import { DEFAULT_METHODS, METHODS, type Rule } from "./rule.ts";
import { parseUrl } from "./url.ts";

/** Each rule is compared with each request for its host: a list that no person can read is also slow. */
export const MAX_RULES = 1000;

/** One row of the core's `allowList:`: an editable rule. */
export const allowListRule = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, "small letters, digits and hyphens, at most 64")
    .describe("its name for commands and counters"),
  description: z
    .string()
    .max(200)
    .regex(/^\P{Cc}*$/u, "control characters are not allowed")
    .default("")
    .describe("what it is for"),
  url: z
    .string()
    .max(2000)
    .superRefine((text, context) => {
      const reason = ruleUrlProblem(text);
      if (reason) context.addIssue({ code: "custom", message: `"${text}": ${reason}` });
    })
    .describe("https:// or wss:// URL of a join host, with the path that is opened"),
  methods: z
    .union([z.literal("default"), z.array(z.enum(METHODS)).min(1).max(METHODS.length)])
    .default("default")
    .describe(`"default" (${DEFAULT_METHODS.join(" ")}), or a list of ${METHODS.join(" ")}`),
  match: z.enum(["exact", "prefix"]).default("exact").describe("whether paths below that of the URL are meant too"),
  enabled: z.boolean().default(true).describe("off keeps the row without effect"),
});

export type AllowListEntry = z.output<typeof allowListRule>;

/** `allowList:` of the core. */
export const allowListSection = z
  .array(allowListRule)
  .max(MAX_RULES)
  .default([])
  .superRefine((entries, context) => {
    const seen = new Set<string>();
    entries.forEach(({ id }, at) => {
      if (seen.has(id)) context.addIssue({ code: "custom", path: [at, "id"], message: `${id} stands here twice` });
      seen.add(id);
    });
  });

/** Why the text cannot be a rule's URL. */
export function ruleUrlProblem(text: string): string | undefined {
  const url = parseUrl(text);
  if (!url.ok) return url.reason;
  return url.query ? "a rule has no query: it is about the path" : undefined;
}

/** The rule of a checked entry. */
export function ruleOf({ url: text, methods, ...entry }: AllowListEntry): Rule {
  const url = parseUrl(text);
  if (!url.ok) throw new Error(`unchecked rule ${entry.id}: ${url.reason}`);
  const { protocol, host, port, path } = url;
  const isDefault = methods === "default";
  return {
    ...entry,
    origin: "editable",
    protocol,
    host,
    port,
    path,
    methods: isDefault ? DEFAULT_METHODS : METHODS.filter((method) => methods.includes(method)),
    defaultMethods: isDefault,
  };
}
