import { isIPv6 } from "node:net";
import { canonicalAddress } from "#base";
import { fail } from "../errors.ts";
import { type Pass, valuesOf } from "../passage.ts";

/** What our edge writes (RFC 7239 4), and nothing else of that grammar. */
const FORM =
  /^for=(?:"\[([0-9a-f:.]{2,45})\]"|([0-9.]{7,15}));host=(?:"([0-9a-z:.-]{1,253})"|([0-9a-z.-]{1,253}));proto=https$/;

/** On the edge: who asks, for which host. The inside believes this header only from a core that it knows. */
export const setsForwarded: Pass = (passage) => {
  passage.headers.push(["forwarded", forwarded(passage.source!, passage.host)]);
};

/** On the core: a header that our edge could not have written ends the request. What goes on is written anew. */
export const readsForwarded: Pass = (passage) => {
  const [value, ...more] = valuesOf(passage.headers, "forwarded");
  const { source, host } = (more.length === 0 && read(value ?? "")) || {};
  if (!source || host !== passage.host)
    throw fail("PROXY_BAD_REQUEST", { why: "no valid Forwarded header from the edge" });
  passage.source = source;
};

interface Read {
  readonly source: string | undefined;
  readonly host: string | undefined;
}

/** The guests of the last minutes, who ask again and again. */
const recent = new Map<string, Read>();
const MOST_RECENT = 1_000;

function read(value: string): Read {
  const known = recent.get(value);
  if (known) return known;
  const match = FORM.exec(value);
  const made = { source: canonicalAddress(match?.[1] ?? match?.[2] ?? ""), host: match?.[3] ?? match?.[4] };
  if (recent.size >= MOST_RECENT) recent.clear();
  recent.set(value, made);
  return made;
}

function forwarded(source: string, host: string): string {
  const by = isIPv6(source) ? `"[${source}]"` : source;
  return `for=${by};host=${host.includes(":") ? `"${host}"` : host};proto=https`;
}
