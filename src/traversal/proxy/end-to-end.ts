import { randomBytes } from "node:crypto";
import { type IncomingMessage, request } from "node:http";
import type { Duplex } from "node:stream";
import { type Clock, type Scope, SteadyClock, TurnpikeError, textOf } from "#base";
import { ERROR_HEADER } from "./answer.ts";
import { TRACE_HEADER } from "./passes/hygiene.ts";

/** Between two checks that went well, and after one that did not, ms. */
const EVERY = 10_000;
const AGAIN = 2_000;
const TIMEOUT = 5_000;

/** A join host as a request from here finds it: through the tunnel, the core and the Web Bridge. Milliseconds since 1970. */
export type EndToEnd =
  | { readonly state: "unknown" }
  | {
      readonly state: "active";
      readonly since: number;
      readonly rttMs: number;
      /** The inside's clock minus ours, ms, to about a second (RFC 9110 6.6.1); undefined if the answer had no date. */
      readonly skewMs: number | undefined;
    }
  | { readonly state: "failed"; readonly since: number; readonly code: string; readonly why: string };

export interface EndToEndOptions {
  readonly hosts: () => readonly string[];
  readonly openChannel: (host: string) => Promise<Duplex>;
  readonly clock: Clock;
  /** Something may be different from before. */
  readonly onChange?: () => void;
  readonly everyMs?: number;
  readonly againMs?: number;
}

export interface EndToEndWatch {
  of(host: string): EndToEnd;
  /** Asks for all hosts now. */
  check(): Promise<void>;
}

/** Sends a real request for each join host into its tunnel, again and again: an open socket alone proves nothing. */
export function watchEndToEnd(scope: Scope, options: EndToEndOptions): EndToEndWatch {
  const { hosts, clock, everyMs = EVERY, againMs = AGAIN } = options;
  // A clock that is set back must not end the checks that would find it right again.
  const steady = new SteadyClock(clock);
  const states = new Map<string, EndToEnd>();
  const dueAt = new Map<string, number>();
  const running = new Set<string>();
  const look = async (host: string) => {
    if (running.has(host)) return;
    running.add(host);
    const before = states.get(host);
    const found = await ask(scope, host, options).catch((error): EndToEnd => failed(error, clock.now()));
    running.delete(host);
    if (scope.closed || !hosts().includes(host)) return;
    const since = before && "since" in before && before.state === found.state ? before.since : clock.now();
    states.set(host, found.state === "unknown" ? found : { ...found, since });
    dueAt.set(host, steady.now() + (found.state === "active" ? everyMs : againMs));
    options.onChange?.();
  };
  scope.every(Math.min(againMs, 1000), () => {
    for (const host of states.keys()) if (!hosts().includes(host)) states.delete(host);
    for (const host of hosts()) if ((dueAt.get(host) ?? 0) <= steady.now()) void look(host);
  });
  return {
    of: (host) => states.get(host) ?? { state: "unknown" },
    check: async () => void (await Promise.all(hosts().map((host) => look(host)))),
  };
}

async function ask(scope: Scope, host: string, { openChannel, clock }: EndToEndOptions): Promise<EndToEnd> {
  const began = clock.monotonicUs();
  const channel = await openChannel(host);
  const late = scope.after(TIMEOUT, () => channel.destroy(new Error(`no answer within ${TIMEOUT / 1000} s`)));
  try {
    const { statusCode = 500, headers } = await answerOn(channel, host);
    const now = clock.now();
    if (statusCode >= 500) {
      const code = String(headers[ERROR_HEADER] ?? "WEB_BRIDGE_FAILED");
      return { state: "failed", since: now, code, why: `GET /api/health answered ${statusCode}` };
    }
    const rttMs = (clock.monotonicUs() - began) / 1000;
    const date = Date.parse(headers.date ?? "");
    // The date has whole seconds and was written half a round trip ago.
    const skewMs = Number.isNaN(date) ? undefined : Math.round(date + 500 + rttMs / 2 - now);
    return { state: "active", since: now, rttMs, skewMs };
  } finally {
    late.cancel();
    channel.destroy();
  }
}

function answerOn(channel: Duplex, host: string): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const message = request({
    createConnection: () => channel,
    path: "/api/health",
    headers: {
      host,
      connection: "close",
      forwarded: `for=127.0.0.1;host=${host.includes(":") ? `"${host}"` : host};proto=https`,
      [TRACE_HEADER]: randomBytes(8).toString("hex"),
    },
  });
  message.on("error", reject);
  message.on("response", (answer) => {
    answer.on("error", reject);
    answer.resume();
    resolve(answer);
  });
  message.end();
  return promise;
}

function failed(error: unknown, now: number): EndToEnd {
  const code = error instanceof TurnpikeError ? error.code : "EDGE_TUNNEL_DOWN";
  return { state: "failed", since: now, code, why: textOf(error) };
}
