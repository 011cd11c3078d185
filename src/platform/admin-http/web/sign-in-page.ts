import { STYLE } from "./status-page.ts";

const NOBODY = `Nobody can sign in yet. Run <code>turnpike admin add NAME --role admin --config FILE</code> on this machine, as the user of the role.`;

/** A form for roles without the app. The code of a second factor is asked for when it is needed. */
export function signInHtml(nonce: string, nobody: boolean): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in - Turnpike</title><style>${STYLE}${FORM_STYLE}</style></head><body><main class="sign-in">
<h1>Administration</h1>
${nobody ? `<section class="faults bad"><p>${NOBODY}</p></section>` : ""}
<section><form>
<label>Name <input name="username" autocomplete="username" autocapitalize="none" required autofocus></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<label hidden>Code of the authenticator <input name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="8"></label>
<p role="alert"></p>
<button>Sign in</button>
</form></section>
<noscript><p>This form needs JavaScript. Programs use HTTP Basic: <code>curl -u NAME</code>.</p></noscript>
</main><script nonce="${nonce}">${SCRIPT}</script></body></html>`;
}

const FORM_STYLE = `
.sign-in{max-width:24rem}form{display:grid;gap:.9rem}label{display:grid;gap:.3rem;color:var(--soft)}label[hidden]{display:none}
input,button{font:inherit;padding:.5rem .6rem;border-radius:6px;border:1px solid var(--line);background:var(--paper);color:var(--ink)}
button{cursor:pointer;font-weight:600}[role=alert]{margin:0;color:var(--bad)}[role=alert]:empty{display:none}`;

/** The header is what a page of another site cannot send. */
const SCRIPT = `
const form = document.querySelector("form"), told = document.querySelector("[role=alert]");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  told.textContent = "";
  const { username, password, code } = Object.fromEntries(new FormData(form));
  const body = JSON.stringify({ username, password, ...(code ? { code } : {}) });
  const headers = { "content-type": "application/json", "x-turnpike-admin": "1" };
  const answer = await fetch("/api/session", { method: "POST", headers, body }).catch(() => undefined);
  if (answer?.ok) return location.replace("/");
  const { error } = (await answer?.json().catch(() => undefined)) ?? {};
  if (error?.code === "ADMIN_CODE_NEEDED") {
    form.code.parentElement.hidden = false;
    form.code.required = true;
    form.code.focus();
  }
  told.textContent = error ? error.message + ": " + error.remedy + "." : "The server does not answer.";
});`;
