import { z } from "zod";
import { NOUNS, parseValue } from "#api-schema";
import { PERMISSIONS } from "./membership.ts";

/** A field as its noun has it; "" unsets it. */
function field(noun: string, name: string) {
  const found = NOUNS.get(noun)?.fields.find((one) => one.name === name);
  return z
    .string()
    .max(1000)
    .superRefine((text, context) => {
      const parsed = found && text !== "" ? parseValue(found, text) : undefined;
      if (parsed && !parsed.ok) context.addIssue({ code: "custom", message: `must be ${parsed.detail}` });
    });
}

const name = z.string().trim().min(1).max(200);
const version = z.number().int().positive();

export const newSpace = z.strictObject({
  name,
  coSpaceTemplateId: z.uuid().optional(),
  passcode: field("coSpace", "passcode").optional(),
});

export const spaceChange = z.strictObject({
  name: name.optional(),
  uri: field("coSpace", "uri").optional(),
  callId: field("coSpace", "callId").optional(),
  passcode: field("coSpace", "passcode").optional(),
  nonMemberAccess: z.boolean().optional(),
  regenerateSecret: z.literal(true).optional(),
  version: version.optional(),
});
export type SpaceChange = z.infer<typeof spaceChange>;

export const doorChange = z.strictObject({
  name: name.optional(),
  passcode: field("accessMethod", "passcode").optional(),
  regenerateSecret: z.literal(true).optional(),
  version: version.optional(),
});

const permissions = Object.fromEntries(PERMISSIONS.map((one) => [one, z.boolean().optional()])) as Record<
  (typeof PERMISSIONS)[number],
  z.ZodOptional<z.ZodBoolean>
>;

export const memberChange = z.strictObject({
  ...permissions,
  /** An access method's id: the member comes in as those do who use it; "" for as everybody does. */
  accessMethod: z.union([z.uuid(), z.literal("")]).optional(),
});
export type MemberChange = z.infer<typeof memberChange>;

export const newMember = memberChange.extend({ userJid: z.string().trim().min(1).max(254) });

/** Objects in one answer: what the bridge link carries holds them, however long their names are. */
const MAX_PAGE = 500;

export const page = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(MAX_PAGE),
});

/** As CMS's app sends it: "en_GB", "pt_BR". */
export const language = z.object({ language: z.string().max(20).optional() });
