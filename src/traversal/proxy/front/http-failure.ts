import type { Failure } from "../protection/failures.ts";

/** Node's parser, where a request could have been read with two ends. */
const SMUGGLING =
  /^HPE_(INVALID_CONTENT_LENGTH|UNEXPECTED_CONTENT_LENGTH|INVALID_TRANSFER_ENCODING|INVALID_CHUNK_SIZE|STRICT)$/;

/** What the end of a connection says of its client; undefined if nothing. */
export function httpFailure(error: Error): Failure | undefined {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return "slow";
  if (!code.startsWith("HPE_")) return undefined;
  return SMUGGLING.test(code) ? "smuggling" : "http-malformed";
}

/** What a refusal by a pass says of its client; undefined if nothing. */
export function refusalFailure(code: string): Failure | undefined {
  return REFUSALS[code];
}

const REFUSALS: Readonly<Record<string, Failure>> = {
  PROXY_BAD_REQUEST: "http-malformed",
  PROXY_BAD_FRAMING: "smuggling",
  PROXY_MISDIRECTED: "unknown-host",
  PROXY_UNKNOWN_HOST: "unknown-host",
  PROXY_METHOD_REFUSED: "method-refused",
  PROXY_BAD_ORIGIN: "foreign-origin",
};
