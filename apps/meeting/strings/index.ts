import type { Failure } from "../model/failure.ts";
import { en, type Strings } from "./en.ts";
import { ptBR } from "./pt-BR.ts";

export type { Strings } from "./en.ts";

/** The first language of the reader that there is: any Portuguese gets the Brazilian, everyone else English. */
export function stringsFor(languages: readonly string[]): Strings {
  for (const language of languages) {
    if (/^pt\b/i.test(language)) return ptBR;
    if (/^en\b/i.test(language)) return en;
  }
  return en;
}

/** What a guest is told. The server speaks English; other readers get the app's own sentence where it has one. */
export function failureSentence(failure: Failure, strings: Strings): string {
  const known = failure.code === failure.sentence;
  return failure.said && (strings.language === "en" || !known) ? failure.said : strings.failures[failure.sentence];
}
