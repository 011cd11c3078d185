import { once } from "node:events";
import { connect, type LookupFunction } from "node:net";
import { type ConnectionOptions, connect as secure, type TLSSocket } from "node:tls";
import { readAnswer } from "./start-tls-answer.ts";

/** ExtendedRequest with the name of StartTLS (RFC 4511 4.14.1), as message 1. */
const REQUEST = Buffer.concat([
  Buffer.from("301d02010177188016", "hex"),
  Buffer.from("1.3.6.1.4.1.1466.20037", "latin1"),
]);

export interface Place {
  readonly host: string;
  readonly port: number;
  readonly lookup?: LookupFunction;
}

/**
 * A connection that begins in the clear and is in TLS, with its certificate checked, when this resolves. Done here and not
 * by the library, which connects anew in the clear when a connection is lost, and would take what somebody on the way has
 * put behind the server's answer for a part of what comes after it inside TLS.
 */
export async function startTls(
  place: Place,
  options: ConnectionOptions,
  withinMs: number,
  signal: AbortSignal,
): Promise<TLSSocket> {
  // An error that comes between those who wait for one is told by what fails next.
  const socket = connect(place).on("error", () => {});
  const closed = new AbortController();
  socket.once("close", () => closed.abort(new Error("the server closed the connection")));
  const late = AbortSignal.timeout(withinMs);
  const ends = AbortSignal.any([signal, closed.signal, late]);
  const until = (of: typeof socket, event: string) => once(of, event, { signal: ends });
  try {
    await until(socket, "connect");
    socket.write(REQUEST);
    for (let bytes: Buffer = Buffer.alloc(0); !readAnswer(bytes); ) {
      const chunk: Buffer | null = socket.read();
      if (chunk) bytes = Buffer.concat([bytes, chunk]);
      else await until(socket, "readable");
    }
    const tls = secure({ ...options, socket }).on("error", () => {});
    await until(tls, "secureConnect");
    return tls;
  } catch (error) {
    socket.destroy();
    if (late.aborted) throw new Error(`StartTLS was not done within ${withinMs / 1000} s`, { cause: error });
    throw ends.aborted ? ends.reason : error;
  }
}
