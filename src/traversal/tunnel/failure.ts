import { TurnpikeError, textOf } from "#base";

/** Why a connection is not up, as a table shows it. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof TurnpikeError) return { code: error.code, message: error.message, remedy: error.remedy };
  return { code: "TUNNEL_LOST", message: textOf(error), remedy: "it is dialled again by itself" };
}
