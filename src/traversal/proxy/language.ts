export type Language = "en" | "pt-BR";

/** Of RFC 9110 12.5.4's list the first with the highest weight that we have; English without any. */
export function languageOf(accepted: string): Language {
  let best: { readonly language: Language; readonly weight: number } = { language: "en", weight: 0 };
  for (const item of accepted.slice(0, 500).split(",")) {
    const [range = "", ...parameters] = item
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const language = known(range);
    const weight = weightOf(parameters.find((parameter) => parameter.startsWith("q=")));
    if (language && weight > best.weight) best = { language, weight };
  }
  return best.language;
}

function known(range: string): Language | undefined {
  const [primary] = range.split("-");
  if (primary === "pt") return "pt-BR";
  return primary === "en" ? "en" : undefined;
}

/** "q=0.8"; 1 if it is left out, 0 if it is none. */
function weightOf(parameter: string | undefined): number {
  if (parameter === undefined) return 1;
  const weight = Number(parameter.slice(2));
  return weight >= 0 && weight <= 1 ? weight : 0;
}
