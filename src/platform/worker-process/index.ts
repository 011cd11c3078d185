export { serveParent, type WorkerServer } from "./child.ts";
export { workerErrors } from "./errors.ts";
export { startWorker, type WorkerExit, type WorkerHandle, type WorkerOptions } from "./parent.ts";
