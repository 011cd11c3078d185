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

/** What a guest is told: the app's own sentence, or the server's for a code that came after this app. */
export function failureSentence(failure: Failure, strings: Strings): string {
  return failure.said ?? strings.failures[failure.sentence];
}
