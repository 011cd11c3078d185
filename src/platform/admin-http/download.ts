import type { Readable } from "node:stream";
import type { FastifyReply } from "fastify";

/** A file that is made while it is read. */
export interface Download {
  /** Letters, digits, dots and hyphens. */
  readonly name: string;
  readonly type: string;
  readonly body: Readable;
}

/** If the file breaks off, so does the connection: a part of it never looks like the whole. */
export function sendDownload(reply: FastifyReply, { name, type, body }: Download): FastifyReply {
  return reply
    .header("content-disposition", `attachment; filename="${name.replace(/[^\w.-]/g, "-")}"`)
    .header("cache-control", "no-store")
    .type(type)
    .send(body);
}
