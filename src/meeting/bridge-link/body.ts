import type { Http2Stream } from "node:http2";
import { MAX_BODY } from "./messages.ts";

/** Reads a stream to its end as text. Rejects if it is cut off, or longer than a body may be; it can be answered then. */
export async function readBody(stream: Http2Stream): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY) throw new Error(`more than ${MAX_BODY} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
