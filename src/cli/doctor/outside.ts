import { Scope, systemClock, TurnpikeError, textOf } from "#base";
import { certificate } from "./checks/certificate.ts";
import { dns } from "./checks/dns.ts";
import { relays } from "./checks/relays.ts";
import { turnOverTcp, turnOverTls, turnOverUdp } from "./checks/turn.ts";
import { redirect, tcp, webBridge, webSocket } from "./checks/web.ts";
import type { Check, Finding, Line, Place, Target } from "./contract.ts";
import { fail } from "./errors.ts";

/** Of each address of the join host, lowest layer first. */
export const PLACE_CHECKS: readonly Check<Place>[] = [
  redirect,
  tcp,
  certificate,
  webBridge,
  webSocket,
  turnOverUdp,
  turnOverTcp,
  turnOverTls,
  relays,
];

/** For one check, ms; the slowest sends several packets and waits for each. */
const WITHIN_MS = 12_000;

/** Runs all checks, one after the other, and tells each line as soon as it is known. `edge` is tried instead of what DNS says. */
export async function checkOutside(
  target: Target,
  edge: string | undefined,
  onLine: (line: Line) => void = () => {},
): Promise<readonly Line[]> {
  const lines: Line[] = [];
  const tell = (line: Line) => {
    lines.push(line);
    onLine(line);
  };
  const found: string[] = [];
  tell(await run(dns(edge, found), target, undefined));
  for (const address of edge === undefined ? found : [edge])
    for (const check of PLACE_CHECKS) {
      const missing = lines.find((line) => line.address === address && line.check === check.needs);
      const place = { ...target, address };
      tell(missing?.state === "bad" ? skipped(check, place, missing) : await run(check, place, address));
    }
  return lines;
}

async function run<T extends Target>(check: Check<T>, target: T, address: string | undefined): Promise<Line> {
  await using scope = new Scope();
  const startedUs = systemClock.monotonicUs();
  const { promise: late, reject } = Promise.withResolvers<never>();
  scope.after(WITHIN_MS, () => reject(fail("DOCTOR_CHECK_FAILED", { why: `not within ${WITHIN_MS / 1000} s` })));
  const outcome = await Promise.race([check.run(target, scope), late]).catch(asError);
  const ms = (systemClock.monotonicUs() - startedUs) / 1000;
  return { check: check.name, title: check.title(target), address, ...wordsOf(outcome), ms };
}

function skipped(check: Check<Place>, place: Place, missing: Line): Line {
  const says = `${missing.title} does not work`;
  const rest = { code: undefined, remedy: undefined, ms: 0 };
  return { check: check.name, title: check.title(place), address: place.address, state: "not-checked", says, ...rest };
}

function asError(error: unknown): TurnpikeError {
  return error instanceof TurnpikeError ? error : fail("DOCTOR_CHECK_FAILED", { why: textOf(error) }, error);
}

function wordsOf(outcome: Finding | TurnpikeError): Pick<Line, "state" | "says" | "code" | "remedy"> {
  if (outcome instanceof TurnpikeError) return { state: "bad", ...faultOf(outcome) };
  if (outcome.state === "warn") return { state: "warn", ...faultOf(outcome.error) };
  const remedy = outcome.state === "not-checked" ? outcome.remedy : undefined;
  return { state: outcome.state, says: outcome.says, code: undefined, remedy };
}

function faultOf({ message, code, remedy }: TurnpikeError) {
  return { says: message, code, remedy };
}
