import { type Look, type Paint, plural, table } from "#terminal";
import type { Line } from "./contract.ts";

const WORDS = { good: "ok", warn: "warning", bad: "failed", "not-checked": "not checked" } as const;
const TONES = { good: "good", warn: "warn", bad: "bad", "not-checked": "dim" } as const;

const COLUMNS = [{ title: "" }, { title: "" }, { title: "", align: "right" }, { title: "" }] as const;

/** A table for each address, then what to do about each line that needs it, then the sum. */
export function reportText(joinHost: string, lines: readonly Line[], { paint }: Look): string {
  const places = [...new Set(lines.map(({ address }) => address))];
  const tables = places.flatMap((address) => [
    "",
    paint("title", address ?? joinHost),
    ...table(
      COLUMNS,
      lines.filter((line) => line.address === address).map((line) => row(line, paint)),
      paint,
    ),
  ]);
  return [...tables.slice(1), ...advice(lines, paint), "", sum(lines, paint)].join("\n");
}

function row({ title, state, ms, says }: Line, paint: Paint): string[] {
  return [title, paint(TONES[state], WORDS[state]), state === "not-checked" ? "" : `${ms.toFixed(0)} ms`, says];
}

/** Each remedy once: what is wrong with a firewall is often wrong at every address. */
function advice(lines: readonly Line[], paint: Paint): string[] {
  const due = lines.filter(({ remedy }) => remedy !== undefined);
  const first = due.filter((line, i) => due.findIndex(({ remedy }) => remedy === line.remedy) === i);
  return first.flatMap(({ title, state, remedy, code }) => [
    "",
    `${paint(TONES[state], title)}: ${remedy}${code ? ` [${code}]` : ""}`,
  ]);
}

function sum(lines: readonly Line[], paint: Paint): string {
  const count = (state: Line["state"]) => lines.filter((line) => line.state === state).length;
  const [bad, warnings, open] = [count("bad"), count("warn"), count("not-checked")];
  const rest = [
    ...(warnings > 0 ? [plural(warnings, "warning")] : []),
    ...(open > 0 ? [`${open} not checked`] : []),
  ].join(", ");
  const head = bad > 0 ? paint("bad", `${bad} of ${lines.length} failed`) : paint("good", "Nothing failed");
  return `${head}${rest ? `; ${rest}` : ""}.`;
}
