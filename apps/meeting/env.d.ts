import type { Snapshot } from "./call/diagnostics.ts";

declare global {
  interface Window {
    /** Support information about this join and its connection, for people and for tests. */
    turnpikeDiagnostics?: () => Promise<Snapshot>;
  }
}
