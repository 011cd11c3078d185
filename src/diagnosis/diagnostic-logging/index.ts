export type {
  DiagnosticLimits,
  DiagnosticLogging,
  DiagnosticLoggingOptions,
  DiagnosticRequest,
  DiagnosticState,
} from "./contract.ts";
export { diagnosticErrors } from "./errors.ts";
export { openDiagnosticLogging } from "./open.ts";
export { type DiagnosticsAnswer, diagnosticRoutes } from "./routes.ts";
