import type { Problem } from "#api-schema";
import { type FailureCode, failureText } from "./failure-codes.ts";

/** A request that is refused, as the API says it: status, code, and what the code is about. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly status: number;
  readonly code: FailureCode;
  /** Attributes of the failure's element. */
  readonly attributes: Readonly<Record<string, string>>;
  /** What would have been right, in words; in JSON only, since the XML has its exact form. */
  readonly detail: string | undefined;
  /** Seconds to wait before trying again. */
  readonly retryAfter: number | undefined;

  constructor(
    status: number,
    code: FailureCode,
    attributes: Readonly<Record<string, string>> = {},
    detail?: string,
    retryAfter?: number,
  ) {
    super(detail ?? failureText(code));
    this.status = status;
    this.code = code;
    this.attributes = attributes;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }
}

/** The request is wrong. */
export function refused(code: FailureCode, detail?: string): ApiFailure {
  return new ApiFailure(400, code, {}, detail);
}

/** What the path names is not there. */
export function missing(code: string): ApiFailure {
  return new ApiFailure(404, code as FailureCode);
}

export function parameterError(parameter: string, error: Problem, detail?: string): ApiFailure {
  return new ApiFailure(400, "parameterError", { parameter, error }, detail);
}

/** The method, or the whole object, is not for this product or this path. */
export function invalidOperation(detail?: string): ApiFailure {
  return refused("invalidOperation", detail);
}
