import type { FailureFacts } from "../server/failure.ts";
import type { Strings } from "./en/index.ts";

/** One sentence for a failure: the page's own, or the server's, or at least its code. */
export function failureSentence(why: FailureFacts, { failures }: Strings): string {
  const known = (failures.sentences as Readonly<Record<string, string>>)[why.code];
  if (why.parameter)
    return failures.parameter(why.parameter, parameterWord(why.parameterError, failures.parameterErrors));
  return known ?? why.message ?? failures.other(why.code);
}

function parameterWord(error: string | undefined, words: Readonly<Record<string, string>>): string {
  return words[error ?? "invalidValue"] ?? error ?? words.invalidValue!;
}
