import { randomBytes } from "node:crypto";
import { type IncomingMessage, request } from "node:http";
import type { TLSSocket } from "node:tls";
import type { Clock, TransportAddress } from "#base";
import { TRACE_HEADER } from "../passes/hygiene.ts";
import { ReachFailure, reachFailure, timedOut } from "./failure.ts";
import { reach, type Trust } from "./reach.ts";

export interface ProbeOptions {
  readonly joinHost: string;
  readonly trust: Trust;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly traces: ProbeTraces;
}

/**
 * Traces of the checks that are under way. One that comes back to this core through a tunnel shows that the join host's
 * name leads, inside, to the edge: requests would go round until every connection is used up.
 */
export class ProbeTraces {
  readonly #open = new Map<string, () => void>();

  begin(onReturn: () => void): string {
    const trace = randomBytes(8).toString("hex");
    this.#open.set(trace, onReturn);
    return trace;
  }

  end(trace: string): void {
    this.#open.delete(trace);
  }

  /** Whether a request is one of ours that has come round. */
  hasReturned(trace: string): boolean {
    const onReturn = this.#open.get(trace);
    onReturn?.();
    return onReturn !== undefined;
  }
}

/** The path is our Web Bridge's; of any other server "not found" is life enough. */
const PATH = "/api/health";

/** Asks what only a live HTTP server answers; gives the ms until its answer. Rejects with a ReachFailure. */
export async function probe(where: TransportAddress, options: ProbeOptions): Promise<number> {
  const { joinHost, trust, timeoutMs, clock, traces } = options;
  const socket = await reach(where, joinHost, trust, timeoutMs);
  let looped = false;
  const trace = traces.begin(() => {
    looped = true;
  });
  try {
    const start = clock.monotonicUs();
    const { statusCode = 500 } = await answerOn(socket, { host: joinHost, [TRACE_HEADER]: trace }, timeoutMs);
    const rttMs = Math.round((clock.monotonicUs() - start) / 100) / 10;
    if (looped) throw new ReachFailure("loop", LOOP);
    if (statusCode >= 500) throw new ReachFailure("answer", `GET ${PATH} answered ${statusCode}`);
    return rttMs;
  } catch (error) {
    throw looped ? new ReachFailure("loop", LOOP) : reachFailure(error);
  } finally {
    traces.end(trace);
    socket.destroy();
  }
}

const LOOP = "the name leads back to the edge: inside, DNS must lead it to the Web Bridge itself, or set `target`";

function answerOn(socket: TLSSocket, headers: Record<string, string>, timeoutMs: number): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  socket.setTimeout(timeoutMs, () => socket.destroy(timedOut(timeoutMs)));
  const message = request({ createConnection: () => socket, path: PATH, headers });
  message.on("error", reject);
  message.on("response", (answer) => {
    answer.resume();
    resolve(answer);
  });
  message.end();
  return promise;
}
