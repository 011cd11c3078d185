import { request as httpRequest, type IncomingMessage } from "node:http";
import type { Duplex, Readable } from "node:stream";
import { type Dispatcher, Pool } from "undici";
import type { Scope } from "#base";
import type { ProxyLimits } from "./limits.ts";
import { type Header, pairs } from "./passage.ts";

export interface Outgoing {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly Header[];
}

export interface Incoming {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: Readable;
}

export type Upgraded =
  | { readonly kind: "switched"; readonly headers: readonly Header[]; readonly socket: Duplex; readonly head: Buffer }
  | { readonly kind: "refused"; readonly answer: IncomingMessage };

/** The next hop towards one join host. Plain requests share its pool; a connection that met an error is never used again. */
export interface Upstream {
  request(outgoing: Outgoing, body: Readable | null, signal: AbortSignal): Promise<Incoming>;
  /** On a connection of its own. */
  upgrade(outgoing: Outgoing, signal: AbortSignal): Promise<Upgraded>;
}

export function createUpstream(
  scope: Scope,
  host: string,
  connect: () => Promise<Duplex>,
  limits: ProxyLimits,
): Upstream {
  // The origin only fills undici's tables: `connect` decides where a connection goes, and Host is set by the passes.
  const pool = new Pool(`http://${host.includes(":") ? `[${host}]` : host}`, {
    connections: limits.upstreamConnections,
    pipelining: 1,
    connect: (_options, done) =>
      void connect().then(
        (socket) => done(null, socket as never),
        (error) => done(error, null),
      ),
    headersTimeout: limits.answerMs,
    bodyTimeout: limits.idleMs,
    maxHeaderSize: limits.headerBytes,
  });
  scope.defer(() => pool.destroy());
  return {
    request: (outgoing, body, signal) => request(pool, outgoing, body, signal),
    upgrade: async (outgoing, signal) => upgrade(await connect(), outgoing, signal, limits),
  };
}

async function request(pool: Pool, outgoing: Outgoing, body: Readable | null, signal: AbortSignal): Promise<Incoming> {
  const options: Dispatcher.RequestOptions = {
    method: outgoing.method as Dispatcher.HttpMethod,
    path: outgoing.target,
    headers: outgoing.headers.flat(),
    body,
    signal,
    responseHeaders: "raw",
  };
  const answer = await pool.request(options).catch((error: unknown) => {
    if (body || !isStale(error) || !["GET", "HEAD"].includes(outgoing.method)) throw error;
    return pool.request(options);
  });
  const headers = pairs(answer.headers as unknown as string[]);
  return { status: answer.statusCode, headers, body: answer.body };
}

/** The other side closed a kept connection just as it was taken: nothing was answered, so a safe request may go again. */
function isStale(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === "UND_ERR_SOCKET";
}

function upgrade(socket: Duplex, outgoing: Outgoing, signal: AbortSignal, limits: ProxyLimits): Promise<Upgraded> {
  const { promise, resolve, reject } = Promise.withResolvers<Upgraded>();
  const message = httpRequest({
    createConnection: () => socket,
    method: outgoing.method,
    path: outgoing.target,
    // Flat, so that Node adds nothing of its own.
    headers: [...outgoing.headers, ["connection", "Upgrade"], ["upgrade", "websocket"]].flat(),
    setHost: false,
    signal: AbortSignal.any([signal, AbortSignal.timeout(limits.answerMs)]),
    maxHeaderSize: limits.headerBytes,
  });
  message.on("upgrade", (answer, switched, head) =>
    resolve({ kind: "switched", headers: pairs(answer.rawHeaders), socket: switched, head }),
  );
  message.on("response", (answer) => resolve({ kind: "refused", answer }));
  message.on("error", (error) => {
    socket.destroy();
    reject(error);
  });
  message.end();
  return promise;
}
