/** A status page: what an administrator looks at first. Values are text; the page escapes them. */
export interface StatusPage {
  readonly title: string;
  /** What is wrong now, in words. Empty if nothing is. */
  readonly faults: readonly string[];
  readonly sections: readonly StatusSection[];
}

export interface StatusSection {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly StatusCell[])[];
  /** Shown when there is no row. */
  readonly empty: string;
}

export type StatusCell = string | { readonly text: string; readonly state: "good" | "waiting" | "bad" };

/** `more` is HTML at its top. */
export function statusHtml(page: StatusPage, more = ""): string {
  const faults = page.faults.map((fault) => `<li>${escapeHtml(fault)}</li>`).join("");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="10"><title>${escapeHtml(page.title)}</title><style>${STYLE}</style></head><body><main>
${more}<h1>${escapeHtml(page.title)}</h1>
<section class="faults ${page.faults.length ? "bad" : "good"}"><h2>${page.faults.length ? "Fault conditions" : "No faults"}</h2><ul>${faults}</ul></section>
${page.sections.map(sectionHtml).join("\n")}
</main></body></html>`;
}

export function signOutHtml(name: string, nonce: string): string {
  return `<p class="who">${escapeHtml(name)} <button>Sign out</button></p><script nonce="${nonce}">${SIGN_OUT}</script>
`;
}

const SIGN_OUT = `
document.querySelector(".who button").addEventListener("click", async () => {
  const headers = { "content-type": "application/json", "x-turnpike-admin": "1" };
  await fetch("/api/session", { method: "DELETE", headers, body: "{}" });
  location.replace("/");
});`;

function sectionHtml(section: StatusSection): string {
  const head = section.columns.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join("");
  const rows = section.rows.map((row) => `<tr>${row.map(cellHtml).join("")}</tr>`).join("");
  const table = rows
    ? `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`
    : "";
  return `<section><h2>${escapeHtml(section.title)}</h2>${table || `<p class="empty">${escapeHtml(section.empty)}</p>`}</section>`;
}

function cellHtml(cell: StatusCell): string {
  if (typeof cell === "string") return `<td>${escapeHtml(cell)}</td>`;
  return `<td><span class="dot ${cell.state}"></span>${escapeHtml(cell.text)}</td>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

export const STYLE = `
:root{color-scheme:light dark;--ink:#1b2733;--soft:#5b6b7b;--line:#dfe5ea;--paper:#f6f8f9;--card:#fff;--good:#1d7f57;--bad:#b3372f;--wait:#9a6b00}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#93a3b3;--line:#2b3742;--paper:#11181f;--card:#18222b;--good:#4cc38a;--bad:#ff8a80;--wait:#e5b567}}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:72rem;margin:0 auto;padding:1.5rem}
.who{float:right;margin:0;color:var(--soft)}.who button{font:inherit;cursor:pointer}
h1{font-size:1.4rem;margin:.2rem 0 1rem}h2{font-size:1rem;margin:0 0 .6rem}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1rem 1.2rem;margin:0 0 1rem}
.faults.bad{border-color:var(--bad)}.faults.bad h2{color:var(--bad)}.faults.good h2{color:var(--good);margin:0}
.faults ul{margin:0;padding-left:1.2rem}.faults ul:empty{display:none}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .9rem .4rem 0;vertical-align:top}
th{color:var(--soft);font-weight:600;border-bottom:1px solid var(--line)}td{overflow-wrap:break-word;font-variant-numeric:tabular-nums}tr+tr td{border-top:1px solid var(--line)}
.empty{color:var(--soft);margin:0}.dot{display:inline-block;width:.6em;height:.6em;border-radius:50%;margin-right:.5em;background:var(--soft)}
.dot.good{background:var(--good)}.dot.bad{background:var(--bad)}.dot.waiting{background:var(--wait)}`;
