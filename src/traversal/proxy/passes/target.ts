import { explain, normaliseTarget } from "#allow-list";
import { fail } from "../errors.ts";
import type { Pass } from "../passage.ts";

/** The port of the automatic rules: the tunnel carries nothing else, wherever the Web Bridge listens. */
const PORT = 443;

/** One normal form of the path, which every later pass and the inside see. */
export const normalisesTarget: Pass = (passage) => {
  const target = normaliseTarget(passage.rawTarget);
  if (!target.ok) throw fail("PROXY_BAD_REQUEST", { why: target.reason });
  passage.path = target.path;
  passage.query = target.query;
};

export const isAllowed: Pass = (passage, { decide }) => {
  const { host, method, path, webSocket } = passage;
  const ask = { protocol: webSocket ? "wss" : "https", host, port: PORT, method, path } as const;
  const decision = decide!(ask, passage);
  if (!decision.allowed) throw fail("CORE_ALLOW_LIST_REFUSED", { asked: explain(ask, decision) });
};
