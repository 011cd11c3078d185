import { createLog, Scope } from "#base";
import { startTurnWorker, type TurnServerOptions } from "#turn";
import type { Started } from "./turn-sides.ts";

/** A process that has a TURN worker as the edge has it, and its log. The options are the first argument, as JSON. */
const scope = new Scope();
const options = JSON.parse(process.argv[2]!) as TurnServerOptions;
const worker = await startTurnWorker(scope, options, createLog("info"));
scope.on(process, "SIGTERM", () => void scope.close({ code: "stopped" }).then(() => process.exit(0)));
const { kind, threads } = (await worker.status()).plane;
process.send!({ port: worker.listening[0]!.port, plane: { kind, threads } } satisfies Started);
