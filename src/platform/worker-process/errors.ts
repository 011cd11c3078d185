import { type ErrorTable, errorsOf } from "#base";

export const workerErrors = {
  WORKER_GONE: {
    kind: "system",
    text: "worker process {name} ended ({why}) before it answered",
    remedy: "it is restarted by itself; see its last log lines for the cause",
  },
  WORKER_REFUSED: { kind: "system", text: "worker process {name}: {why}", remedy: "see the log of that process" },
} as const satisfies ErrorTable;

export const fail = errorsOf(workerErrors);
