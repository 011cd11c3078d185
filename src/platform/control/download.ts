import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { explain, refusalOf } from "./client.ts";
import { checkLength } from "./place.ts";

/** Until the file begins. */
const TIMEOUT_MS = 30_000;

export interface DownloadedFile {
  readonly name: string;
  /** Fails if the file breaks off. */
  readonly body: Readable;
}

/** Gets a file from the role that listens on the socket; throws as `callControl` does. */
export async function downloadControl(socketPath: string, path: string): Promise<DownloadedFile> {
  checkLength(socketPath);
  const call = request({ socketPath, method: "GET", path, agent: false });
  try {
    call.end();
    const [body] = (await once(call, "response", { signal: AbortSignal.timeout(TIMEOUT_MS) })) as [IncomingMessage];
    if (body.statusCode !== 200) throw refusalOf(socketPath, body.statusCode, await text(body));
    const name = /filename="([\w.-]+)"/.exec(body.headers["content-disposition"] ?? "")?.[1] ?? "download";
    return { name, body };
  } catch (error) {
    call.on("error", () => {});
    call.destroy();
    throw explain(socketPath, error);
  }
}
