import type { RuleRow } from "./allow-list.ts";
import { type ColumnVerdict, compare, type Decision, explain } from "./decide.ts";
import { type Ask, type ListedHost, METHODS, type Rule, TUNNEL_PORT } from "./rule.ts";
import { parseUrl } from "./url.ts";

/** What would become of a request, for an administrator. */
export interface Explanation {
  readonly allowed: boolean;
  /** One line for a person. */
  readonly text: string;
  /** The path that decides and travels, if it is not the one that was asked for. */
  readonly normalised: string | undefined;
  /** Which allows it, or came nearest. */
  readonly rule: RuleRow | undefined;
  /** Of that rule, in the order in which they are compared. */
  readonly columns: readonly ColumnVerdict[];
  /** What else the person should know, each a sentence with its remedy. */
  readonly notes: readonly string[];
}

export interface Lookup {
  readonly hosts: readonly ListedHost[];
  readonly look: (ask: Ask) => Decision;
  readonly row: (rule: Rule) => RuleRow;
}

export function explainUrl(asked: string, text: string, { hosts, look, row }: Lookup): Explanation {
  const url = parseUrl(text);
  const method = inOneLine(asked);
  if (!url.ok) {
    const line = `${method} ${inOneLine(text)} is refused before the rules are asked: ${url.reason}`;
    return { allowed: false, text: line, normalised: undefined, rule: undefined, columns: [], notes: [] };
  }
  const { protocol, host, port, path } = url;
  const ask: Ask = { protocol, host, port, method, path };
  const decision = look(ask);
  const rule = decision.allowed ? decision.rule : decision.nearest;
  return {
    allowed: decision.allowed,
    text: explain(ask, decision),
    normalised: path === url.rawPath ? undefined : path,
    rule: rule && row(rule),
    columns: rule ? compare(ask, rule) : [],
    notes: [...notes(ask, hosts)],
  };
}

function* notes({ host, port, method, protocol }: Ask, hosts: readonly ListedHost[]): Iterable<string> {
  const known = hosts.find((one) => one.host === host);
  if (!known) {
    const names = hosts.map((one) => one.host).join(", ") || "none";
    yield `${host} is no join host of this core (it has ${names}): guests reach join hosts only, so add it there first.`;
  } else if (known.enabled === false)
    yield `The join host ${host} is switched off: requests for it are answered with an error until it is on.`;
  if (port !== TUNNEL_PORT)
    yield `Guests come by port ${TUNNEL_PORT} only: the tunnels carry no other. Where the Web Bridge listens is set at the join host.`;
  if (!METHODS.some((one) => one === method)) {
    const meant = METHODS.find((one) => one === method.toUpperCase());
    yield meant ? `Methods are written large: ${meant}.` : `The method ${method} is never served.`;
  }
  if (protocol === "wss" && method !== "GET") yield "A WebSocket is always opened by GET (RFC 6455 4.1).";
}

function inOneLine(text: string): string {
  return text.replace(/\p{C}/gu, "?").slice(0, 2000);
}
