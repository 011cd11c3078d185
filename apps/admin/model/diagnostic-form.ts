import { linesOf } from "./config-form.ts";

export interface DiagnosticDraft {
  readonly modules: readonly string[];
  readonly capture: boolean;
  readonly addresses: string;
  readonly ports: string;
  readonly snaplen: string;
  readonly minutes: string;
}

/** As the guide has it: everything, with packets. */
export function diagnosticDraft(modules: readonly string[]): DiagnosticDraft {
  return { modules, capture: true, addresses: "", ports: "", snaplen: "262144", minutes: "60" };
}

export type DiagnosticProblem = "modules" | "ports";

export function diagnosticProblems({ modules, ports }: DiagnosticDraft): readonly DiagnosticProblem[] {
  const isPort = (text: string) => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;
  return [
    ...(modules.length === 0 ? (["modules"] as const) : []),
    ...(linesOf(ports).every(isPort) ? [] : (["ports"] as const)),
  ];
}

/** The body of `POST /api/diagnostics/start`. */
export function diagnosticBody({ modules, capture, addresses, ports, snaplen, minutes }: DiagnosticDraft) {
  const filter = capture ? { addresses: linesOf(addresses), ports: linesOf(ports).map(Number) } : {};
  return { modules, capture, ...filter, snaplen: Number(snaplen), minutes: Number(minutes) };
}
