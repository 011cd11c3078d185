import { z } from "zod";
import { type AdminRoute, readBody } from "#admin-http";
import type { Clock } from "#base";
import type { DiagnosticLogging, DiagnosticState } from "./contract.ts";

/** `GET /api/diagnostics`, and the answer to what changes it. Times in milliseconds since 1970. */
export interface DiagnosticsAnswer {
  readonly now: number;
  /** Whose level can be raised; `captured` says that their sockets can be captured. */
  readonly modules: readonly { readonly module: string; readonly help: string; readonly captured: boolean }[];
  readonly session: DiagnosticState;
}

const WHOLE_PACKETS = 262_144;
const FEWEST_BYTES = 64;
const DEFAULT_MINUTES = 60;
const MOST_MINUTES = 1440;
const MOST_WORDS = 50;

const startBody = z.strictObject({
  /** All, if left out. */
  modules: z.array(z.string().max(100)).max(MOST_WORDS).optional(),
  capture: z.boolean().default(true),
  addresses: z.array(z.string().min(1).max(255)).max(MOST_WORDS).default([]),
  ports: z.array(z.int().min(1).max(65535)).max(MOST_WORDS).default([]),
  snaplen: z.int().min(FEWEST_BYTES).max(WHOLE_PACKETS).default(WHOLE_PACKETS),
  minutes: z.int().min(1).max(MOST_MINUTES).default(DEFAULT_MINUTES),
});
const markerBody = z.strictObject({ text: z.string().trim().min(1).max(200) });

/** What the pages and the command line ask. Its results are for those who may change things: they hold personal data. */
export function diagnosticRoutes(diagnostics: DiagnosticLogging, clock: Clock): readonly AdminRoute[] {
  const { modules, captured } = diagnostics;
  const answer = (session: DiagnosticState): DiagnosticsAnswer => ({
    now: clock.now(),
    modules: Object.entries(modules).map(([module, help]) => ({ module, help, captured: captured.includes(module) })),
    session,
  });
  return [
    { method: "GET", path: "/api/diagnostics", run: async () => answer(await diagnostics.state()) },
    {
      method: "POST",
      path: "/api/diagnostics/start",
      run: async ({ body }) => {
        const { modules: chosen = Object.keys(modules), ...rest } = readBody(startBody, body);
        return answer(await diagnostics.start({ modules: [...new Set(chosen)], ...rest }));
      },
    },
    {
      method: "POST",
      path: "/api/diagnostics/marker",
      run: async ({ body }) => answer(await diagnostics.marker(readBody(markerBody, body).text)),
    },
    { method: "POST", path: "/api/diagnostics/stop", run: async () => answer(await diagnostics.stop()) },
    {
      method: "GET",
      path: "/api/diagnostics/download",
      needs: "change",
      download: async () => ({ type: "application/zip", ...(await diagnostics.archive()) }),
    },
  ];
}
