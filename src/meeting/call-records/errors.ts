import { type ErrorTable, errorsOf, TurnpikeError } from "#base";

export const callRecordsErrors = {
  CALL_RECORDS_UNREACHABLE: {
    kind: "peer",
    text: "{where} cannot be reached ({why})",
    remedy: "check its URL and certificate, that it runs, and the firewalls in between; it is tried again by itself",
  },
  CALL_RECORDS_REFUSED: {
    kind: "peer",
    text: "{where} answered with HTTP status {status} instead of {wanted}",
    remedy: "see the receiver's own log; redirections are not followed. What waits is sent again by itself",
  },
  CALL_RECORDS_UNREADABLE: {
    kind: "system",
    text: "the queues of call records in {folder} cannot be read ({why})",
    remedy: "check that the folder may be read and written by this process and that its disk works",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(callRecordsErrors);

/** The receiver is there and took nothing. */
export class Refusal extends TurnpikeError {
  readonly status: number;
  constructor(where: string, status: number, wanted: string) {
    super("CALL_RECORDS_REFUSED", callRecordsErrors.CALL_RECORDS_REFUSED, { where, status, wanted });
    this.status = status;
  }
}
