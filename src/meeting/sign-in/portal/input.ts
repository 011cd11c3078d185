import type { z } from "zod";
import { FieldError } from "./answers.ts";

/** The input as the schema has it. Throws PORTAL_BAD_REQUEST with the field's name. */
export function checked<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const field = unknown ?? issue?.path.map(String).join(".") ?? "";
  throw new FieldError("PORTAL_BAD_REQUEST", field.slice(0, 60) || "body", issue?.message ?? "is wrong");
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

export function isId(text: string): boolean {
  return UUID.test(text);
}
