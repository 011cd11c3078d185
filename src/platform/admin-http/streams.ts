import { once } from "node:events";
import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import type { FastifyReply } from "fastify";
import { type Log, type Scope, textOf } from "#base";

/** One event of a stream; the browser's EventSource gives `id` back as Last-Event-ID when it comes again. */
export interface StreamEvent {
  /** Without one it is "message". */
  readonly event?: string;
  readonly id?: string;
  /** Becomes JSON. */
  readonly data: unknown;
}

/** A proxy on the way ends connections on which nothing happens for 30 s or more. */
const KEEP_ALIVE_MS = 15_000;
const LOOK_EVERY_MS = 1000;
const FLUSH_MS = 1000;
/** Together; a browser has six connections to a host, so this is enough for some ten people with many tabs. */
const MAX_STREAMS = 100;

interface OpenStream {
  readonly out: PassThrough;
  readonly raw: FastifyReply["raw"];
  readonly isAllowed: () => boolean;
  end(why: string): void;
}

/** Server-sent events (HTML 9.2): each stream ends with its reader, its session, or this scope. */
export class Streams {
  readonly #open = new Set<OpenStream>();
  readonly #log: Log;

  constructor(scope: Scope, log: Log) {
    this.#log = log;
    scope.every(KEEP_ALIVE_MS, () => {
      for (const { out } of this.#open) out.write(": still here\n\n");
    });
    scope.every(LOOK_EVERY_MS, () => {
      for (const stream of [...this.#open]) if (!stream.isAllowed()) stream.end("signed out");
    });
    scope.defer(() => this.#stop());
  }

  /** The server destroys a connection whose answer is ended, flushed or not: so that is waited for, but not for long. */
  async #stop(): Promise<void> {
    const signal = AbortSignal.timeout(FLUSH_MS);
    const streams = [...this.#open];
    for (const stream of streams) stream.end("server stops");
    await Promise.allSettled(streams.map(({ raw }) => finished(raw, { signal })));
  }

  get isFull(): boolean {
    return this.#open.size >= MAX_STREAMS;
  }

  /** Answers with the events of `source`, which gets a signal that tells it to end. */
  send(
    reply: FastifyReply,
    source: (signal: AbortSignal) => AsyncIterable<StreamEvent>,
    isAllowed: () => boolean,
  ): FastifyReply {
    const out = new PassThrough();
    const ending = new AbortController();
    const stream: OpenStream = {
      out,
      raw: reply.raw,
      isAllowed,
      end: (why) => {
        this.#open.delete(stream);
        if (ending.signal.aborted) return;
        ending.abort();
        if (!out.destroyed) out.end(textOfEvent({ event: "end", data: { why } }));
      },
    };
    this.#open.add(stream);
    out.once("close", () => stream.end("reader gone"));
    // The headers leave at once, so that the reader knows that it is connected.
    out.write(": connected\n\n");
    void this.#pump(out, source(ending.signal), ending.signal).then(
      () => stream.end("no more"),
      (error: unknown) => {
        if (!ending.signal.aborted) this.#log.error("stream of the administration failed", { why: textOf(error) });
        stream.end("failed");
      },
    );
    return reply
      .header("cache-control", "no-store")
      .header("x-accel-buffering", "no")
      .type("text/event-stream; charset=utf-8")
      .send(out);
  }

  /** A reader that is slow is waited for; what comes meanwhile is the source's to keep or to drop. */
  async #pump(out: PassThrough, source: AsyncIterable<StreamEvent>, signal: AbortSignal): Promise<void> {
    for await (const event of source) {
      if (signal.aborted) return;
      if (!out.write(textOfEvent(event))) await once(out, "drain", { signal });
    }
  }
}

function textOfEvent({ event, id, data }: StreamEvent): string {
  const line = (name: string, value: string | undefined) =>
    value === undefined ? "" : `${name}: ${value.replace(/[\r\n\0]/g, " ")}\n`;
  return `${line("event", event)}${line("id", id)}data: ${JSON.stringify(data) ?? "null"}\n\n`;
}
