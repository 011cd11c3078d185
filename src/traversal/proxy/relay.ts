import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type Log, type Scope, TurnpikeError } from "#base";
import { answerTo, serialise } from "./answer.ts";
import { fail, type ProxyErrorCode, STATUS } from "./errors.ts";
import { answerHeaders, forward, refuse } from "./forward.ts";
import type { ProxyLimits } from "./limits.ts";
import { type Header, type Pass, type Passage, type Policy, passageOf } from "./passage.ts";
import { runPasses } from "./passes/index.ts";
import { Stalls } from "./stalls.ts";
import { switchProtocols } from "./switch.ts";
import type { Upstream } from "./upstream.ts";

export interface WebCounters {
  readonly requests: number;
  readonly webSockets: number;
  readonly openWebSockets: number;
  /** By error code. */
  readonly refused: Readonly<Record<string, number>>;
}

export interface RelayOptions {
  readonly passes: readonly Pass[];
  readonly policy: Policy;
  readonly unreachable: "EDGE_TUNNEL_DOWN" | "CORE_WEB_BRIDGE_UNREACHABLE";
  readonly upstreams: ReadonlyMap<string, Upstream>;
  /** Where a connection comes from and for which host it was made. */
  readonly origin: (socket: Duplex) => {
    readonly source?: string | undefined;
    readonly routedHost: string | undefined;
  };
  readonly addedHeaders: (passage: Passage) => readonly Header[];
  readonly log: Log;
}

/** Anyone may cause refusals; the counters count them all. */
const LINES_PER_SECOND = 10;

/** What edge and core have in common: a server's requests run through the passes and on to the next hop. */
export class Relay {
  readonly #options: RelayOptions;
  readonly #refused = new Map<string, number>();
  #requests = 0;
  #webSockets = 0;
  #openWebSockets = 0;

  /** Which second the log is in, and how many refusals it has shown of it. */
  #shown = { second: 0, lines: 0 };

  readonly stalls: Stalls;

  constructor(scope: Scope, options: RelayOptions) {
    this.#options = options;
    this.stalls = new Stalls(scope, options.policy.limits.stallMs);
  }

  get limits(): ProxyLimits {
    return this.#options.policy.limits;
  }
  get unreachable() {
    return this.#options.unreachable;
  }

  serve(server: Server): void {
    server.on("request", (request, response) => this.#request(request, response));
    server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    // Without it Node would answer a CONNECT by closing without a word; nobody honest sends one.
    server.on("connect", (_request, socket) => socket.destroy());
  }

  upstream(host: string): Upstream {
    const upstream = this.#options.upstreams.get(host);
    if (!upstream) throw fail(this.unreachable, { host, why: "unknown host" });
    return upstream;
  }

  addedHeaders(passage: Passage): readonly Header[] {
    return this.#options.addedHeaders(passage);
  }

  refused(error: TurnpikeError, passage: Passage): void {
    this.#refused.set(error.code, (this.#refused.get(error.code) ?? 0) + 1);
    const fields = { code: error.code, why: error.message, source: passage.source, trace: passage.traceId };
    // What strangers provoke must not fill the log; what an administrator can mend must be seen.
    const level = error.kind === "peer" && error.code !== "CORE_ALLOW_LIST_REFUSED" ? "debug" : "warn";
    if (level === "warn" && !this.#mayShow()) return;
    this.#options.log[level]("request refused", { ...fields, method: passage.method, path: passage.path });
  }

  #mayShow(): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#shown.second) this.#shown = { second, lines: 0 };
    return ++this.#shown.lines <= LINES_PER_SECOND;
  }

  counters(): WebCounters {
    return {
      requests: this.#requests,
      webSockets: this.#webSockets,
      openWebSockets: this.#openWebSockets,
      refused: Object.fromEntries(this.#refused),
    };
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    this.#requests++;
    const passage = passageOf(request, { webSocket: false, ...this.#options.origin(request.socket) });
    const refusal = this.#pass(passage);
    if (refusal) refuse(this, passage, response, refusal);
    else void forward(this, passage, request, response);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#webSockets++;
    socket.on("error", () => {});
    const passage = passageOf(request, { webSocket: true, ...this.#options.origin(socket) });
    const refusal = this.#pass(passage);
    if (refusal) {
      this.refuseSocket(refusal, passage, socket);
      return;
    }
    this.#openWebSockets++;
    socket.once("close", () => this.#openWebSockets--);
    void switchProtocols(this, passage, socket, head);
  }

  refuseSocket(error: TurnpikeError, passage: Passage, socket: Duplex): void {
    this.refused(error, passage);
    const answer = answerTo(error, passage);
    const bytes = serialise({ ...answer, headers: answerHeaders(this, passage, answer.headers, true) });
    // No timer of the server's watches a socket that has asked for an upgrade.
    socket.end(bytes, () => socket.destroy());
  }

  #pass(passage: Passage): TurnpikeError | undefined {
    try {
      runPasses(this.#options.passes, passage, this.#options.policy);
      return undefined;
    } catch (error) {
      if (error instanceof TurnpikeError && error.code in STATUS)
        return error as TurnpikeError & { code: ProxyErrorCode };
      throw error;
    }
  }
}
