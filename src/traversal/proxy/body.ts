import type { IncomingMessage } from "node:http";
import { type Readable, Transform } from "node:stream";
import { fail } from "./errors.ts";

/** The body of a request, or null if it has none; it fails with PROXY_TOO_LARGE once it is over `bytes`. */
export function bodyOf(request: IncomingMessage, bytes: number): Readable | null {
  const chunked = request.headers["transfer-encoding"] !== undefined;
  if (!chunked && Number(request.headers["content-length"] ?? 0) === 0) return null;
  // The parser itself holds a body to its Content-Length, which a pass has checked.
  if (!chunked) return request;
  let seen = 0;
  const cap = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > bytes) done(fail("PROXY_TOO_LARGE", { bytes }));
      else done(null, chunk);
    },
  });
  request.on("error", (error) => cap.destroy(error));
  return request.pipe(cap);
}
