import type { FastifyReply, FastifyRequest } from "fastify";
import type { ApiFailure } from "./failure.ts";
import { failureJson, jsonOf } from "./json.ts";
import type { Answer } from "./route.ts";
import { failureXml, xmlOf } from "./xml.ts";

/** What is sent, before it is sent, for the trace. */
export interface Response {
  readonly status: number;
  readonly body: string;
  readonly type: "text/xml" | "application/json" | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * JSON for who asks for it and takes nothing else: HTTP libraries write "application/json" with a wildcard by themselves,
 * and what a script for CMS expects is XML.
 */
export function wantsJson(request: FastifyRequest): boolean {
  const accept = request.headers.accept ?? "";
  return /\bapplication\/json\b/i.test(accept) && !/\/xml\b|\*\/\*/i.test(accept);
}

/**
 * Programs are challenged; many ask without credentials first. A page's own script is not (Fetch Metadata): the browser
 * would ask the user for a password in a window of its own.
 */
export function isChallenged(request: FastifyRequest): boolean {
  return request.headers["sec-fetch-dest"] !== "empty";
}

/** Always 200, without a body but for GET and queries: no 201, no 204. */
export function responseOf(answer: Answer, json: boolean, prefix: string): Response {
  const headers: Record<string, string> = {};
  if ("version" in answer && answer.version !== undefined) headers.etag = `"${answer.version}"`;
  switch (answer.kind) {
    case "content": {
      const body = json ? jsonOf(answer.element) : xmlOf(answer.element);
      return { status: 200, body, type: json ? "application/json" : "text/xml", headers };
    }
    case "json":
      return { status: 200, body: JSON.stringify(answer.document), type: "application/json", headers };
    case "created":
      return { status: 200, body: "", type: undefined, headers: { ...headers, location: `${prefix}/${answer.path}` } };
    case "done":
      return { status: 200, body: "", type: undefined, headers };
  }
}

export function failureResponse(failure: ApiFailure, json: boolean, challenged = true): Response {
  return {
    status: failure.status,
    body: json ? failureJson(failure) : failureXml(failure),
    type: json ? "application/json" : "text/xml",
    headers: {
      ...(failure.status === 401 && challenged ? { "www-authenticate": 'Basic realm="acano"' } : {}),
      ...(failure.retryAfter === undefined ? {} : { "retry-after": String(failure.retryAfter) }),
    },
  };
}

export function send(reply: FastifyReply, { status, body, type, headers }: Response): FastifyReply {
  reply.code(status).headers(headers).header("cache-control", "no-store");
  if (type !== undefined) reply.type(type === "text/xml" ? type : `${type}; charset=utf-8`);
  return body === "" ? reply.send() : reply.send(body);
}
