import type { Duplex } from "node:stream";
import { type Log, type Scope, TurnpikeError } from "#base";
import { type RefusalCode, STATUS } from "./errors.ts";
import { forward, refuse } from "./forward.ts";
import type { Exchange } from "./http/exchange.ts";
import { HttpServer } from "./http/http-server.ts";
import type { Misbehaviour } from "./http/server-contract.ts";
import type { ProxyLimits } from "./limits.ts";
import { type Header, type Pass, type Passage, type Policy, passageOf } from "./passage.ts";
import { runPasses } from "./passes/index.ts";
import { switchProtocols } from "./switch.ts";
import type { Upstream } from "./upstream.ts";
import { WebSockets } from "./web-sockets.ts";

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
  /** A client did what no honest one does. */
  readonly misbehaved?: (stream: Duplex, how: Misbehaviour) => void;
  readonly log: Log;
}

/** Anyone may cause refusals; the counters count them all. */
const LINES_PER_SECOND = 10;

/** What edge and core have in common: a client's requests run through the passes and on to the next hop. */
export class Relay {
  readonly #options: RelayOptions;
  readonly #server: HttpServer;
  readonly #joined: WebSockets;
  readonly #refused = new Map<string, number>();
  #requests = 0;
  #webSockets = 0;

  /** Which second the log is in, and how many refusals it has shown of it. */
  #shown = { second: 0, lines: 0 };

  constructor(scope: Scope, options: RelayOptions) {
    this.#options = options;
    this.#joined = new WebSockets(scope, () => this.limits);
    this.#server = new HttpServer(scope, this);
  }

  get limits(): ProxyLimits {
    return this.#options.policy.limits;
  }
  get unreachable() {
    return this.#options.unreachable;
  }

  /** Takes a connection on which a client speaks HTTP. */
  accept(stream: Duplex): void {
    this.#server.accept(stream);
  }

  upstream(host: string): Upstream | undefined {
    return this.#options.upstreams.get(host);
  }

  addedHeaders(passage: Passage): readonly Header[] {
    return this.#options.addedHeaders(passage);
  }

  misbehaved(stream: Duplex, how: Misbehaviour): void {
    this.#options.misbehaved?.(stream, how);
  }

  join(client: Duplex, early: Buffer, inside: Duplex, rest: Buffer): void {
    this.#joined.join(client, early, inside, rest);
  }

  refused(error: TurnpikeError, passage: Passage): void {
    this.#refused.set(error.code, (this.#refused.get(error.code) ?? 0) + 1);
    const fields = { code: error.code, why: error.message, source: passage.source, trace: passage.traceId };
    // What strangers provoke must not fill the log (the allow list has a line of its own); what can be mended must be seen.
    const level = error.kind === "peer" ? "debug" : "warn";
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
      openWebSockets: this.#joined.open,
      refused: Object.fromEntries(this.#refused),
    };
  }

  request(exchange: Exchange): void {
    if (exchange.webSocket) this.#webSockets++;
    else this.#requests++;
    const { head, webSocket, stream } = exchange;
    const passage = passageOf(head, { webSocket, ...this.#options.origin(stream) });
    const refusal = this.#pass(passage);
    if (refusal) refuse(this, passage, exchange, refusal);
    else if (exchange.webSocket) switchProtocols(this, passage, exchange);
    else forward(this, passage, exchange);
  }

  #pass(passage: Passage): TurnpikeError | undefined {
    try {
      runPasses(this.#options.passes, passage, this.#options.policy);
      return undefined;
    } catch (error) {
      if (error instanceof TurnpikeError && error.code in STATUS) return error as TurnpikeError & { code: RefusalCode };
      throw error;
    }
  }
}
