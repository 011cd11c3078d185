import type { ConfigAnswer, CoreOverview } from "./answers.ts";
import { textOfValue, valueAt } from "./config-form.ts";

/** A row of core.yaml's `edges:`, as written. */
export interface EdgeEntry {
  readonly address: string;
  readonly hostKey: string;
  /** Empty: the default. */
  readonly fallback: string;
}

export function edgesOf({ written }: Pick<ConfigAnswer, "written">): readonly EdgeEntry[] {
  const rows = valueAt(written, "edges");
  if (!Array.isArray(rows)) return [];
  return rows.map((row) => ({
    address: textOfValue(valueAt(row, "address")),
    hostKey: textOfValue(valueAt(row, "hostKey")),
    fallback: textOfValue(valueAt(row, "fallback")),
  }));
}

export function edgeValue({ address, hostKey, fallback }: EdgeEntry) {
  const more = fallback.trim() ? { fallback: fallback.trim() } : {};
  return { address: address.trim(), hostKey: hostKey.trim(), ...more };
}

/** What the core says of it: with or without the default port. */
export function stateOf(edge: EdgeEntry, edges: CoreOverview["edges"]): CoreOverview["edges"][number] | undefined {
  return edges.find(({ target }) => target === edge.address || target === `${edge.address}:2222`);
}
