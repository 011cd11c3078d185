import { type Finding, tryInput } from "./run.ts";
import type { Target } from "./target.ts";

/** Leaves out what the failure does not need: parts from the end to the beginning, as long as that helps. */
export async function shrink(target: Target, finding: Finding): Promise<Finding> {
  let smallest = finding;
  for (let at = partsOf(target, smallest).length - 1; at >= 0; at--) {
    const parts = partsOf(target, smallest);
    if (parts.length < 2) break;
    parts.splice(at, 1);
    const input = target.format.join(parts);
    const error = await tryInput(target, input);
    if (error instanceof Error && sameFault(error, finding.error)) smallest = { input, error };
  }
  return smallest;
}

function partsOf({ format }: Target, { input }: Finding): Buffer[] {
  return format.parts(input);
}

/** Numbers and what follows the first line differ from one input to the next. */
function sameFault(a: Error, b: Error): boolean {
  const first = ({ message }: Error) => message.split("\n")[0]!.replace(/\d+/g, "");
  return first(a) === first(b);
}
