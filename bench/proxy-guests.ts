import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { TLSSocket } from "node:tls";
import { WebSocket } from "ws";
import { percentile } from "./load.ts";

/** Orders to the process of the guests, and what it answers. */
export type Order = { readonly open: number } | { readonly echo: number };
export interface Opened {
  readonly open: number;
  readonly seconds: number;
  readonly cipher: string;
  /** Why the first of those that did not open failed. */
  readonly failure?: string;
}
export interface Echoed {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Handshakes at the same time. */
const OPENING = 20;
const OPEN_WITHIN_MS = 30_000;
/** One address opens at most so many: an edge caps the connections of one source. */
const PER_ADDRESS = 200;
const MESSAGE = Buffer.alloc(64, "echo");
/** An edge closes a WebSocket on which nothing moves for two minutes. */
const PING_MS = 45_000;

const [port, host, caFile] = process.argv.slice(2) as [string, string, string];
const ca = readFileSync(caFile, "utf8");
const sockets: WebSocket[] = [];
let made = 0;

async function openOne(): Promise<void> {
  const number = made++;
  const options = {
    ca,
    servername: host,
    headers: { host },
    localAddress: `127.0.1.${1 + Math.floor(number / PER_ADDRESS)}`,
    perMessageDeflate: false,
    handshakeTimeout: OPEN_WITHIN_MS,
  };
  const socket = new WebSocket(`wss://127.0.0.1:${port}/ws`, options);
  socket.on("error", () => {});
  const failed = Promise.withResolvers<never>();
  socket.once("error", failed.reject);
  failed.promise.catch(() => {});
  await Promise.race([once(socket, "open"), failed.promise]);
  sockets.push(socket);
}

async function open(count: number): Promise<Opened> {
  const started = performance.now();
  let left = count;
  let failure: string | undefined;
  const worker = async () => {
    while (left-- > 0 && failure === undefined)
      await openOne().catch((error: Error) => {
        failure ??= error.message;
      });
  };
  await Promise.all(Array.from({ length: OPENING }, worker));
  const live = sockets.filter(({ readyState }) => readyState === WebSocket.OPEN);
  const wire = (live[0] as unknown as { readonly _socket: TLSSocket } | undefined)?._socket;
  const seconds = (performance.now() - started) / 1000;
  return { open: live.length, seconds, cipher: wire?.getCipher().name ?? "", ...(failure ? { failure } : {}) };
}

/** One message at a time, each on another of the open sockets. */
async function echo(count: number): Promise<Echoed> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    // A step that shares no factor with the count visits all, far apart.
    const socket = sockets[(i * 619) % sockets.length]!;
    if (socket.readyState !== WebSocket.OPEN) throw new Error("a WebSocket was closed");
    const sent = performance.now();
    socket.send(MESSAGE);
    await once(socket, "message", { signal: AbortSignal.timeout(OPEN_WITHIN_MS) });
    times.push(performance.now() - sent);
  }
  return { p50Ms: percentile(times, 50), p99Ms: percentile(times, 99) };
}

setInterval(() => {
  for (const socket of sockets) if (socket.readyState === WebSocket.OPEN) socket.ping();
}, PING_MS);
process.on("message", async (order: Order) => {
  const done = "open" in order ? open(order.open) : echo(order.echo);
  process.send!(await done.catch((error: Error) => ({ failed: error.message })));
});
process.on("disconnect", () => process.exit());
process.send!("ready");
