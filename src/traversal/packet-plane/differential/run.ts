import { Scope } from "#base";
import type { OpenPlane } from "../contract.ts";
import { flavourOf } from "./client-packets.ts";
import { Side } from "./side.ts";
import { type Action, Script, STEP } from "./steps.ts";

/** Longer inputs find nothing that shorter ones do not. */
const MOST_STEPS = 120;

/** An input falls into steps. */
export const planesFormat = {
  messageAt: STEP,
  parts: (input: Buffer): Buffer[] =>
    Array.from({ length: Math.floor(input.length / STEP) }, (_, i) => input.subarray(i * STEP, (i + 1) * STEP)),
  join: (parts: readonly Buffer[]): Buffer => Buffer.concat(parts),
};

/**
 * Does the same to two planes, over real sockets, and throws if anybody around them was sent other bytes, if other packets
 * went up, or if other numbers were counted. Returns words for what happened.
 */
export async function comparePlanes(
  { one, other, feed }: { readonly one: OpenPlane; readonly other: OpenPlane; readonly feed: OpenPlane },
  input: Buffer,
): Promise<readonly string[]> {
  await using scope = new Scope();
  const [left, right] = await Promise.all([Side.create(scope, one, feed), Side.create(scope, other, feed)]);
  const script = new Script();
  const words = new Set<string>();
  const done: string[] = [];
  for (const [step, bytes] of planesFormat.parts(input).slice(0, MOST_STEPS).entries()) {
    const action = script.next(bytes);
    if (!action) continue;
    done.push(`${step} ${JSON.stringify(action)}`);
    const [a, b] = await Promise.all([left.act(action, step), right.act(action, step)]);
    same(action.do, a, b, done);
    for (const word of wordsOf(action, a)) words.add(word);
  }
  same("rest", left.rest(), right.rest(), done);
  return [...words, ...right.words()];
}

function same(name: string, a: readonly string[], b: readonly string[], done: readonly string[]): void {
  if (a.length === b.length && a.every((line, i) => line === b[i]) && !a.some((line) => line.startsWith("never:")))
    return;
  const only = (list: readonly string[], others: readonly string[]) => list.filter((line) => !others.includes(line));
  throw new Error(
    [
      `the planes differ after "${name}"`,
      ...done.map((line) => `  ${line}`),
      ...["the first one:", ...only(a, b), "the second one:", ...only(b, a)],
      ...(only(a, b).length + only(b, a).length === 0 ? ["both, or in another order:", ...a] : []),
    ].join("\n"),
  );
}

/** Who was reached by what. */
function wordsOf(action: Action, lines: readonly string[]): string[] {
  const what = action.do === "client" ? `client ${flavourOf(action)}` : action.do;
  const many = lines.filter((line) => / from /.test(line)).length > 1 ? "many" : "one";
  return lines
    .filter((line) => !/^r\d \{/.test(line))
    .map((line) => `${what}: ${line.split(" ")[0]} ${line.includes("indication") ? "indication" : ""} ${many}`);
}
