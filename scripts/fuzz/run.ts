import { LiveCorpus, readInputs } from "./corpus.ts";
import { mutate } from "./mutate.ts";
import { Random } from "./random.ts";
import type { Target } from "./target.ts";

/** An input that takes longer than this has found something that a peer could hold the process up with, ms. */
const MAX_MS = 2000;
/** Executions between two looks at the event loop. */
const HOP_EVERY = 256;

export interface Progress {
  readonly executions: number;
  /** Different words that inputs have led to. */
  readonly words: number;
  /** Inputs to begin a mutation with. */
  readonly live: number;
}

export interface Finding {
  readonly input: Buffer;
  readonly error: Error;
}

export interface FuzzResult extends Progress {
  readonly finding: Finding | undefined;
}

/** Runs one input. Returns what is wrong, if anything. */
export async function tryInput(target: Target, input: Buffer): Promise<readonly string[] | Error> {
  const started = performance.now();
  try {
    const words = await target.run(Buffer.from(input));
    const ms = performance.now() - started;
    return ms > (target.patienceMs ?? MAX_MS) ? new Error(`the input took ${Math.round(ms)} ms`) : words;
  } catch (error) {
    return error instanceof Error ? error : new Error(`thrown: ${String(error)}`);
  }
}

/** All committed inputs, then mutations of them until `goesOn` says no or an input fails. */
export async function fuzz(target: Target, seed: number, goesOn: (progress: Progress) => boolean): Promise<FuzzResult> {
  const random = new Random(seed);
  const corpus = new LiveCorpus(random);
  const committed = ["corpus", "crashes"].flatMap((folder) => readInputs(target.testdata, folder));
  for (const { bytes } of committed) corpus.add(bytes);
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown) => void rejections.push(reason);
  process.on("unhandledRejection", onRejection);
  const stackTraceLimit = Error.stackTraceLimit;
  // Stacks are half the cost of inputs that are refused by throwing; the one that matters is made below.
  Error.stackTraceLimit = 0;
  const found = async (input: Buffer, error: Error) => {
    Error.stackTraceLimit = stackTraceLimit;
    const again = await tryInput(target, input);
    return { ...progress(), finding: { input, error: again instanceof Error ? again : error } };
  };
  let executions = 0;
  const progress = () => ({ executions, words: corpus.words, live: corpus.size });
  try {
    while (executions < committed.length || goesOn(progress())) {
      const fresh = () => mutate(corpus.pick(), corpus.pick(), target.format, random);
      const input = committed[executions]?.bytes ?? fresh();
      const words = await tryInput(target, input);
      if (++executions % HOP_EVERY === 0) await new Promise(setImmediate);
      if (words instanceof Error) return await found(input, words);
      if (rejections.length > 0) return await found(input, unhandled(rejections[0]));
      corpus.learn(input, words);
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    process.off("unhandledRejection", onRejection);
  }
  return { ...progress(), finding: undefined };
}

function unhandled(reason: unknown): Error {
  return new Error("a promise was rejected and nobody noticed", { cause: reason });
}
