import { en, type Strings } from "./en/index.ts";
import { ptBR } from "./pt-BR/index.ts";

export type { Strings } from "./en/index.ts";

const LANGUAGES: readonly Strings[] = [en, ptBR];

/** The first language of the reader that there is, else English. */
export function stringsFor(wanted: readonly string[]): Strings {
  const primary = (tag: string) => tag.split("-")[0]?.toLowerCase();
  for (const tag of wanted) {
    const found = LANGUAGES.find(({ language }) => primary(language) === primary(tag));
    if (found) return found;
  }
  return en;
}
