import { type FieldValue, NOUNS, parseValue } from "#api-schema";
import { fail } from "./errors.ts";

/** What is set (`undefined` unsets), with the parameters that are only acted upon, such as regenerateSecret. */
export type Change = Readonly<Record<string, FieldValue | undefined>>;

export const MIN_PASSCODE = 4;
const MAX_NAME = 200;
/** What moves or turns round the text beside it, or ends a line: a name is shown among other text and stands in logs. */
const UNFIT_FOR_NAMES = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** The change as it is stored: names trimmed, everything within the bounds of the noun. */
export function checked(nounName: string, change: Change): Change {
  const noun = NOUNS.get(nounName);
  const result: Record<string, FieldValue | undefined> = {};
  for (const [name, value] of Object.entries(change)) {
    const field = noun?.fields.find((one) => one.name === name);
    if (!field) throw fail("SPACE_BAD_FIELD", { noun: nounName, field: name, why: "there is no such field" });
    result[name] = value === undefined ? undefined : checkedValue(nounName, field, value);
  }
  return result;
}

type Field = Parameters<typeof parseValue>[0];

function checkedValue(noun: string, field: Field, value: FieldValue): FieldValue {
  const bad = (why: string) => fail("SPACE_BAD_FIELD", { noun, field: field.name, why });
  if (field.name === "name") return checkedName(String(value), bad);
  if (field.internal) return value;
  const parsed = parseValue(field, String(value));
  if (!parsed.ok) throw bad(`it must be ${parsed.detail}`);
  if (field.name === "passcode" && String(parsed.value).length < MIN_PASSCODE)
    throw fail("SPACE_PASSCODE_TOO_SHORT", { min: MIN_PASSCODE });
  return parsed.value;
}

function checkedName(value: string, bad: (why: string) => Error): string {
  const name = value.trim();
  if (name === "" || [...name].length > MAX_NAME) throw bad(`it must have 1 to ${MAX_NAME} characters`);
  if (UNFIT_FOR_NAMES.test(name)) throw bad("it must be one line without control characters");
  return name;
}
