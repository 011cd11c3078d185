import type { Language } from "./language.ts";
import { WORDS } from "./words.ts";

export interface PageContent {
  readonly language: Language;
  readonly sentence: string;
  readonly code: string;
  readonly traceId: string;
  /** What is wrong may be over soon, so the page asks again. */
  readonly retries: boolean;
}

/** How often a page asks again, seconds: a whole company may have it open. */
const REFRESH_SECONDS = 15;

/** What a person sees whose browser asked for a page that cannot be had. No script, no other resource, no server's name. */
export function page({ language, sentence, code, traceId, retries }: PageContent): string {
  const words = WORDS[language];
  const refresh = retries ? `<meta http-equiv="refresh" content="${REFRESH_SECONDS}">\n` : "";
  const again = retries ? `<p>${escaped(words.retries)}</p>\n` : "";
  const trace = traceId === "" ? "" : `<dt>${escaped(words.trace)}</dt><dd>${escaped(traceId)}</dd>`;
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${refresh}<title>${escaped(words.title)}</title>
<style>${STYLE}</style>
<main>
${ICON}
<h1>${escaped(sentence)}</h1>
${again}<dl><dt>${escaped(words.code)}</dt><dd>${escaped(code)}</dd>${trace}</dl>
</main>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; --paper: #f6f7f9; --card: #fff; --ink: #1c2430; --quiet: #5b6675; --line: #dfe3e8; --mark: #b4541a; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #12161c; --card: #1b212a; --ink: #e8ecf1; --quiet: #9aa5b4; --line: #2d3540; --mark: #f0a06a; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 32rem; width: 100%; padding: 2.5rem 2rem 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 1rem; text-align: center; }
svg { width: 3rem; height: 3rem; color: var(--mark); }
h1 { margin: 1rem 0 .5rem; font-size: 1.25rem; line-height: 1.4; font-weight: 600; text-wrap: balance; }
p { margin: 0; color: var(--quiet); }
dl { margin: 2rem 0 0; padding-top: 1.25rem; border-top: 1px solid var(--line); display: grid; justify-content: center;
  grid-template-columns: auto auto; gap: .25rem .75rem; text-align: left; font-size: .8125rem; }
dt { color: var(--quiet); }
dd { margin: 0; font-family: ui-monospace, monospace; overflow-wrap: anywhere; user-select: all; }
`;

/** Two halves of a line that do not meet. */
const ICON = `<svg viewBox="0 0 48 48" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" aria-hidden="true"><path d="M4 30h10a6 6 0 0 0 6-6v-2M44 18H34a6 6 0 0 0-6 6v2M20 12v4M12 15l3 3M28 36v-4M36 33l-3-3"/></svg>`;

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
