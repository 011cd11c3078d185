import { rootCertificates } from "node:tls";
import { Agent, request } from "undici";
import { type Scope, textOf } from "#base";
import { fail } from "./errors.ts";
import type { Target } from "./target.ts";

const TIMEOUT_MS = 10_000;
/** Nobody reads the answer's body; more of it than this ends the connection. */
const MOST_ANSWER = 65_536;

export interface Parcel {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends one parcel and gives the answer's status. Rejects with CALL_RECORDS_UNREACHABLE. */
export type Post = (target: Target, parcel: Parcel, signal: AbortSignal) => Promise<number>;

/** HTTP of this part: certificates verified against the system's authorities and `ca`, no redirections, 10 s for all. */
export function createPost(scope: Scope, ca: string | undefined): Post {
  const trust = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
  const agent = new Agent({ connect: { timeout: TIMEOUT_MS, ...trust } });
  scope.defer(() => agent.destroy());
  return async ({ url, authorization, where }, { headers, body }, signal) => {
    if (url === undefined) throw fail("CALL_RECORDS_UNREACHABLE", { where, why: "it is no http or https URL" });
    return await exchange(url, {
      dispatcher: agent,
      method: "POST",
      headers: { "user-agent": "Turnpike", ...headers, ...(authorization === undefined ? {} : { authorization }) },
      body,
      // A connection of its own: one that is kept may be closed by the receiver in the very moment of use.
      reset: true,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    }).catch((error: unknown) => {
      throw fail("CALL_RECORDS_UNREACHABLE", { where, why: reasonOf(error) }, error);
    });
  };
}

async function exchange(url: string, options: Parameters<typeof request>[1]): Promise<number> {
  const { statusCode, body } = await request(url, options);
  await body.dump({ limit: MOST_ANSWER }).catch(() => {});
  return statusCode;
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") return `no answer within ${TIMEOUT_MS / 1000} s`;
  // Node tries several addresses of a name, and puts their failures into one error without words.
  if (error instanceof AggregateError && error.message === "") return error.errors.map(textOf).join(", ");
  return textOf(error);
}
