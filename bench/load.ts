import { request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";
import type { Scope } from "#base";

/** Milliseconds, and requests in a second. */
export interface Load {
  readonly p50: number;
  readonly p99: number;
  readonly rps: number;
}

/** Sends `requests` requests, so many at a time as `concurrency`, each as soon as one is answered. */
export async function closedLoop(
  requests: number,
  concurrency: number,
  send: (number: number) => Promise<unknown>,
): Promise<Load> {
  const times: number[] = [];
  let next = 0;
  const started = performance.now();
  const worker = async () => {
    while (next < requests) {
      const number = next++;
      const sent = performance.now();
      await send(number);
      times.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  const seconds = (performance.now() - started) / 1000;
  return { p50: percentile(times, 50), p99: percentile(times, 99), rps: round(requests / seconds) };
}

export interface Burst {
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

/**
 * `count` people within `overMs`, evenly, whether or not the earlier ones have their answer. Each one's time begins when it
 * was due: a server that stalls is not spared those who should have come meanwhile.
 */
export async function burst(
  scope: Scope,
  count: number,
  overMs: number,
  come: (number: number) => Promise<void>,
): Promise<Burst> {
  const times: number[] = [];
  const failures: unknown[] = [];
  const started = performance.now();
  const one = async (number: number) => {
    const due = started + (overMs * number) / count;
    await scope.sleep(Math.max(0, due - performance.now()));
    try {
      await come(number);
      times.push(performance.now() - due);
    } catch (error) {
      failures.push(error);
    }
  };
  await Promise.all(Array.from({ length: count }, (_, number) => one(number)));
  if (failures.length > 0) console.error(`${failures.length} of ${count} failed; the first: ${failures[0]}`);
  return { p50: percentile(times, 50), p99: percentile(times, 99), failed: failures.length };
}

export interface Post {
  readonly origin: URL;
  readonly path: string;
  readonly body: unknown;
  /** PEM */
  readonly authority: string;
  /** The guest's own address, of which loopback has many. */
  readonly from: string;
}

/** One JSON request on a connection of its own, as from a browser that has just come. Rejects unless it is answered with 200. */
export async function postAsGuest({ origin, path, body, authority, from }: Post): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const content = JSON.stringify(body);
  const request = httpsRequest(
    new URL(path, origin),
    {
      method: "POST",
      agent: false,
      ca: authority,
      localAddress: from,
      timeout: 10_000,
      headers: { "content-type": "application/json", "content-length": Buffer.byteLength(content), "x-turnpike": "1" },
    },
    (response) =>
      void text(response).then(
        (answer) =>
          response.statusCode === 200 ? resolve(answer) : reject(new Error(`${response.statusCode} ${answer}`)),
        reject,
      ),
  );
  request.on("timeout", () => request.destroy(new Error("no answer within 10 s")));
  request.on("error", reject);
  request.end(content);
  return JSON.parse(await promise);
}

/** Nearest rank; 0 of nothing. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return round(sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0);
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
