import { TurnpikeError, textOf } from "#base";
import { answerTo } from "./answer.ts";
import { bodyOf } from "./body.ts";
import { fail } from "./errors.ts";
import { type AnswerSink, LateAnswer } from "./http/client-connection.ts";
import type { OutgoingBody, OutgoingRequest, Running } from "./http/client-pool.ts";
import type { Exchange, ExchangeWatcher } from "./http/exchange.ts";
import { requestHead } from "./http/head-writer.ts";
import type { Header, Passage } from "./passage.ts";
import { endToEnd } from "./passes/hygiene.ts";
import type { Relay } from "./relay.ts";

/** What a server behind tells about itself. */
const BANNERS = new Set(["server", "x-powered-by", "via", "alt-svc"]);

/** Sends one request on, and its answer back, as both come. */
export function forward(relay: Relay, passage: Passage, exchange: Exchange): void {
  new Forwarding(relay, passage, exchange).start();
}

class Forwarding implements OutgoingRequest, AnswerSink, ExchangeWatcher {
  readonly #relay: Relay;
  readonly #passage: Passage;
  readonly #exchange: Exchange;
  readonly head: string;
  readonly body: OutgoingBody | undefined;
  #running: Running | undefined;

  constructor(relay: Relay, passage: Passage, exchange: Exchange) {
    this.#relay = relay;
    this.#passage = passage;
    this.#exchange = exchange;
    const { bodyBytes } = relay.limits;
    this.body = bodyOf(exchange, bodyBytes, () => this.#refuse(fail("PROXY_TOO_LARGE", { bytes: bodyBytes })));
    const { method, path, query, headers } = passage;
    this.head = requestHead(method, path + query, [...headers.filter(isNoFraming), ...framingFor(exchange, this.body)]);
  }

  get method(): string {
    return this.#passage.method;
  }
  get sink(): AnswerSink {
    return this;
  }

  start(): void {
    this.#exchange.watcher = this;
    const upstream = this.#relay.upstream(this.#passage.host);
    if (upstream) this.#running = upstream.request(this);
    else this.failed(new Error("unknown host"));
  }

  answered(status: number, headers: Header[], body: Buffer | undefined, length: number | undefined): void {
    const kept = answerHeaders(this.#relay, this.#passage, headers);
    if (body) this.#exchange.answer(status, kept, body);
    else this.#exchange.begin(status, kept, length);
  }
  data(part: Buffer): boolean {
    return this.#exchange.write(part);
  }
  finished(): void {
    this.#exchange.end();
  }
  failed(error: Error): void {
    if (this.#exchange.over) return;
    this.#refuse(asRefusal(this.#relay, this.#passage, error));
  }

  drained(): void {
    this.#running?.resume();
  }
  gone(): void {
    this.#running?.abort();
  }

  #refuse(error: TurnpikeError): void {
    this.#running?.abort();
    refuse(this.#relay, this.#passage, this.#exchange, error);
  }
}

function isNoFraming([name]: Header): boolean {
  return name !== "content-length" && name !== "transfer-encoding";
}

/** Says how the body is really sent, whatever the passes made of the headers. */
function framingFor({ head }: Exchange, body: OutgoingBody | undefined): readonly Header[] {
  if (body?.chunked) return [["transfer-encoding", "chunked"]];
  const length = head.headers.find(([name]) => name === "content-length")?.[1];
  if (length === undefined) return [];
  return [["content-length", length]];
}

export function refuse(relay: Relay, passage: Passage, exchange: Exchange, error: TurnpikeError): void {
  relay.refused(error, passage);
  if (exchange.begun) {
    exchange.destroy();
    return;
  }
  const answer = answerTo(error, passage);
  exchange.answer(answer.status, answerHeaders(relay, passage, answer.headers, true), answer.body);
}

/** An answer's headers as they go on: without what belongs to the other hop, with what this one adds. */
export function answerHeaders(relay: Relay, passage: Passage, headers: readonly Header[], own = false): Header[] {
  const kept = own ? headers : endToEnd(headers).filter(([name]) => !BANNERS.has(name));
  const added = relay.addedHeaders(passage);
  const names = new Set(added.map(([name]) => name));
  return [...kept.filter(([name]) => !names.has(name)), ...added];
}

export function asRefusal(relay: Relay, passage: Passage, error: unknown): TurnpikeError {
  if (error instanceof TurnpikeError && error.code in { PROXY_TOO_LARGE: 1, [relay.unreachable]: 1 }) return error;
  if (error instanceof LateAnswer) return fail("PROXY_UPSTREAM_TIMEOUT", { host: passage.host }, error);
  return fail(relay.unreachable, { host: passage.host, why: textOf(error) }, error);
}
