/** What a person sees whose browser asked for a page that cannot be had. No script, no other resource, no server's name. */
export function page(sentence: string, code: string, traceId: string): string {
  const trace = traceId === "" ? "" : ` &middot; ${escaped(traceId)}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Meeting</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { max-width: 28rem; padding: 2rem; text-align: center; }
p { font-size: 1.25rem; margin: 0 0 1rem; }
small { opacity: .6; font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
</style>
<main>
<p>${escaped(sentence)}</p>
<small>${escaped(code)}${trace}</small>
</main>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
