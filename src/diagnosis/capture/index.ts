export { CaptureWriter } from "./capture-writer.ts";
export type { CaptureFilter, CaptureOptions, CaptureSource, CaptureState, RingLimits } from "./contract.ts";
export { captureErrors } from "./errors.ts";
export { readFilter } from "./filter.ts";
export { RingFiles } from "./ring-files.ts";
export { openSocketCapture, type SocketCapture } from "./socket-capture.ts";
