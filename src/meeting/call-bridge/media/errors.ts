import { type ErrorTable, errorsOf } from "#base";

export const mediaErrors = {
  MEDIA_NO_WORKER: {
    kind: "system",
    text: "no media worker is running ({why})",
    remedy: "the workers are restarted by themselves; see the last log lines of media-worker for the cause",
    guest: "The part of the meeting server for sound and pictures is restarting: try again in a moment.",
  },
  MEDIA_UNKNOWN_LEG: {
    kind: "bug",
    text: "no such call leg on this media worker [leg:{legId}]",
    remedy: "the leg has ended or its worker was lost; the client joins media anew",
  },
  MEDIA_LEG_EXISTS: {
    kind: "bug",
    text: "a call leg of this name is open already [leg:{legId}]",
    remedy: "report this with the log of the Call Bridge",
  },
  MEDIA_UNKNOWN_SOURCE: {
    kind: "bug",
    text: "no such source on this media worker [source:{sourceId}]",
    remedy: "report this with the log of the Call Bridge",
  },
  MEDIA_UNKNOWN_SUBSCRIPTION: {
    kind: "bug",
    text: "no such subscription on this media worker [subscription:{subscriptionId}]",
    remedy: "report this with the log of the Call Bridge",
  },
  MEDIA_OTHER_CALL: {
    kind: "bug",
    text: "a source of another call was asked for [source:{sourceId} leg:{legId}]",
    remedy: "report this with the log of the Call Bridge",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(mediaErrors);
