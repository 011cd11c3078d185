import type { ControlAction } from "../model/actions.ts";
import type { Controlled } from "../model/meeting.ts";
import { newTraceId } from "./trace.ts";

/** Milliseconds after which a host is told that nothing has happened. */
const PATIENCE = 8000;

/** Never rejects: a host is told what did not work and tries again. */
export async function sendControl(token: string, action: ControlAction): Promise<Controlled> {
  try {
    const response = await fetch("/api/control", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Turnpike": "1", "X-Turnpike-Trace": newTraceId() },
      body: JSON.stringify({ token, action }),
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
    const body: unknown = await response.json();
    if (response.ok) return { done: true };
    const { code, message } = (body as { error?: { code?: unknown; message?: unknown } })?.error ?? {};
    return { done: false, code: String(code ?? ""), said: String(message ?? "") };
  } catch {
    return { done: false, code: "", said: "" };
  }
}
