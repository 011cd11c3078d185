/** The stops between the click on Join and the meeting, in the order in which they are passed. */
export const STEPS = ["finding", "server", "path", "securing"] as const;
export type StepId = (typeof STEPS)[number];

export interface Step {
  readonly id: StepId;
  readonly state: "waiting" | "current" | "done" | "failed";
  /** Milliseconds, once the step has ended. */
  readonly took?: number;
}

/** When each step was entered; `endedAt` when the last of them was left. Times in milliseconds of one clock. */
export interface Progress {
  readonly entered: Readonly<Partial<Record<StepId, number>>>;
  readonly current: StepId;
  readonly outcome: "going" | "done" | "failed";
  readonly endedAt?: number;
}

export function startProgress(now: number): Progress {
  return { entered: { finding: now }, current: "finding", outcome: "going" };
}

/** Goes forward only: a late or repeated event of an earlier step changes nothing. */
export function enterStep(progress: Progress, step: StepId, now: number): Progress {
  const forward = STEPS.indexOf(step) > STEPS.indexOf(progress.current);
  if (!forward || progress.outcome !== "going") return progress;
  return { ...progress, current: step, entered: { ...progress.entered, [step]: now } };
}

export function endProgress(progress: Progress, outcome: "done" | "failed", now: number): Progress {
  return progress.outcome === "going" ? { ...progress, outcome, endedAt: now } : progress;
}

export function stepsOf(progress: Progress): readonly Step[] {
  return STEPS.map((id, index) => {
    const at = STEPS.indexOf(progress.current);
    const took = tookOf(progress, id);
    const state = index < at || progress.outcome === "done" ? "done" : index > at ? "waiting" : currentState(progress);
    return took === undefined ? { id, state } : { id, state, took };
  });
}

function currentState(progress: Progress): "current" | "failed" {
  return progress.outcome === "failed" ? "failed" : "current";
}

function tookOf(progress: Progress, id: StepId): number | undefined {
  const began = progress.entered[id];
  if (began === undefined) return undefined;
  const later = STEPS.slice(STEPS.indexOf(id) + 1).map((step) => progress.entered[step]);
  const ended = later.find((time) => time !== undefined) ?? progress.endedAt;
  return ended === undefined ? undefined : Math.round(ended - began);
}

/** Longest time for each step, in ms: below the 8 s within which each is told to have failed. */
const STEP_LIMIT: Readonly<Record<StepId, number>> = { finding: 6500, server: 6000, path: 6500, securing: 4000 };
/** By when, in ms after the click, the step should be over. A refused socket needs a second more to ask why. */
const DUE: Readonly<Record<StepId, number>> = { finding: 6500, server: 6500, path: 7000, securing: 7000 };
/** What a step is given even if the steps before it were slow: a few tries on a bad line. */
const LEAST: Readonly<Record<StepId, number>> = { finding: 0, server: 4000, path: 4000, securing: 3000 };

/** How long the current step may go on, in ms from now: the whole join aims at 8 s after the click; slow first steps make it longer. */
export function timeLeft(progress: Progress, now: number): number {
  const step = progress.current;
  const entered = progress.entered[step] ?? now;
  const sinceStart = now - (progress.entered.finding ?? now);
  const wanted = Math.min(STEP_LIMIT[step] - (now - entered), DUE[step] - sinceStart);
  return Math.max(wanted, LEAST[step] - (now - entered), 0);
}
