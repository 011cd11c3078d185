import { createHash } from "node:crypto";
import type { Duplex } from "node:stream";
import { answerHeaders, asRefusal, refuse } from "./forward.ts";
import type { AnswerSink } from "./http/client-connection.ts";
import type { OutgoingRequest, Running } from "./http/client-pool.ts";
import type { Exchange, ExchangeWatcher } from "./http/exchange.ts";
import { requestHead } from "./http/head-writer.ts";
import { type Header, type Passage, valuesOf } from "./passage.ts";
import type { Relay } from "./relay.ts";

/** RFC 6455 1.3. */
const ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const HANDSHAKE: readonly Header[] = [
  ["connection", "Upgrade"],
  ["upgrade", "websocket"],
];

/** Opens the WebSocket on the next hop, and only then says 101 here. An answer other than 101 goes back as it is. */
export function switchProtocols(relay: Relay, passage: Passage, exchange: Exchange): void {
  new Switching(relay, passage, exchange).start();
}

class Switching implements OutgoingRequest, AnswerSink, ExchangeWatcher {
  readonly #relay: Relay;
  readonly #passage: Passage;
  readonly #exchange: Exchange;
  readonly method = "GET";
  readonly head: string;
  #running: Running | undefined;

  constructor(relay: Relay, passage: Passage, exchange: Exchange) {
    this.#relay = relay;
    this.#passage = passage;
    this.#exchange = exchange;
    this.head = requestHead("GET", passage.path + passage.query, [...passage.headers, ...HANDSHAKE]);
  }

  get sink(): AnswerSink {
    return this;
  }
  start(): void {
    this.#exchange.watcher = this;
    const upstream = this.#relay.upstream(this.#passage.host);
    if (upstream) this.#running = upstream.upgrade(this);
    else this.failed(new Error("unknown host"));
  }

  switched(headers: Header[], stream: Duplex, rest: Buffer): void {
    const exchange = this.#exchange;
    // A 101 that does not answer our key would be a tunnel that a smuggled request opened.
    if (exchange.over || !confirms(this.#passage, headers)) {
      stream.destroy();
      this.failed(new Error("101 without the right Sec-WebSocket-Accept"));
      return;
    }
    exchange.watcher = undefined;
    const kept = headers.filter(([name]) => name === "sec-websocket-accept" || name === "sec-websocket-protocol");
    const client = exchange.stream;
    const early = exchange.switchProtocols(answerHeaders(this.#relay, this.#passage, [...kept, ...HANDSHAKE], true));
    this.#relay.join(client, early, stream, rest);
  }

  answered(status: number, headers: Header[], body: Buffer | undefined, length: number | undefined): void {
    const kept: Header[] = [...answerHeaders(this.#relay, this.#passage, headers), ["connection", "close"]];
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
    if (!this.#exchange.over)
      refuse(this.#relay, this.#passage, this.#exchange, asRefusal(this.#relay, this.#passage, error));
  }
  drained(): void {
    this.#running?.resume();
  }
  gone(): void {
    this.#running?.abort();
  }
}

function confirms(passage: Passage, headers: readonly Header[]): boolean {
  const [key = ""] = valuesOf(passage.headers, "sec-websocket-key");
  const expected = createHash("sha1")
    .update(key + ACCEPT_SALT)
    .digest("base64");
  const accepts = valuesOf(headers, "sec-websocket-accept");
  return accepts.length === 1 && accepts[0] === expected && valuesOf(headers, "sec-websocket-extensions").length === 0;
}
