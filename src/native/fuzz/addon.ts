import assert from "node:assert/strict";
import { inspect } from "node:util";
import { addon } from "../addon.ts";
import { FUNCTIONS, type Signature } from "./functions.ts";
import { Handles } from "./handles.ts";
import type { Kind } from "./kinds.ts";
import { ARRAYS, type Choices, OTHERS } from "./palette.ts";
import { RelayProbe } from "./relay-probe.ts";

type Addon = Readonly<Record<string, (...values: unknown[]) => unknown>>;

const REFUSALS = ["NATIVE_ARGUMENT", "NATIVE_HANDLE", "NATIVE_CLOSED"];
/** Of relays of the fuzzed plane, and where packets go. */
const PORTS = 24;
/** Threads are dear; other handles are opened more often, since they are closed as often as they are used. */
const OFTEN = Object.entries(FUNCTIONS).flatMap(([name, { opens }]) =>
  opens && opens !== "plane" ? [name, name, name] : [name],
);
/** Of calls: callbacks of the addon call it again. */
const DEPTH = 2;

/**
 * Calls the functions of the addon with arguments that are right, nearly right, or of any other kind. Throws unless each
 * call does what it must: it takes what is right, and refuses the rest by an Error with a code.
 */
export class AddonFuzz {
  readonly #native = addon() as unknown as Addon;
  readonly #random: Choices;
  readonly #say: (call: string) => void;
  readonly #handles: Handles;
  readonly #probe: RelayProbe;
  readonly #thrown = new Error("thrown by a listener");
  #depth = 0;
  calls = 0;
  refused = 0;

  /** `say` is told of each call before it is made, for who wants to know which one ended the process. */
  constructor(random: Choices, say: (call: string) => void) {
    this.#random = random;
    this.#say = say;
    assert.deepEqual(Object.keys(this.#native).sort(), Object.keys(FUNCTIONS).sort(), "the addon has other functions");
    const native = addon();
    this.#probe = new RelayProbe(native);
    this.#handles = new Handles(freePorts(native), () => this.#woken(), {
      plane: (handle) => native.closePlane(handle as never),
      connection: (handle) => native.close(handle as never),
      udp: (handle) => native.closeUdp(handle as never),
      batch: (handle) => native.closeBatchedUdp(handle as never),
    });
    this.#handles.keep(this.#probe.plane);
  }

  /** Is it what a callback threw on purpose? */
  expected(thrown: unknown): boolean {
    return thrown === this.#thrown;
  }

  step(): void {
    if (this.#random.chance(500)) this.#handles.forget(this.#random.pick(["plane", "connection", "udp"] as const));
    const name = this.#random.pick(OFTEN);
    this.#call(name, FUNCTIONS[name]!);
  }

  /** Rejects unless the plane still relays. What was opened is closed. */
  async relays(): Promise<void> {
    this.#handles.closeAll();
    await this.#probe.relays();
  }

  #call(name: string, signature: Signature): void {
    const values = this.#argumentsFor(signature);
    const right = isRight(signature, values, this.#handles);
    const call = `${name}(${values.map((value) => inspect(value, { depth: 0, maxArrayLength: 4 }).slice(0, 80)).join(", ")})`;
    this.#say(call);
    this.calls++;
    let result: unknown;
    try {
      result = this.#native[name]!(...values);
    } catch (thrown) {
      this.refused++;
      const allowed = right ? (signature.refuses ?? []) : REFUSALS;
      assert.ok(
        thrown instanceof Error && allowed.includes((thrown as NodeJS.ErrnoException).code ?? ""),
        failure(call, right, thrown),
      );
      return;
    }
    assert.ok(right, failure(call, right, result));
    assert.ok(signature.gives(result), failure(call, right, result));
    if (signature.closes) this.#handles.closed(values[0] as object);
    if (signature.opens && typeof result === "object") this.#handles.opened(signature.opens, result as object);
  }

  #argumentsFor({ takes, least = takes.length }: Signature): unknown[] {
    const random = this.#random;
    // Most calls have at most one wrong argument: others would only be refused for the first.
    const odd = random.chance(2) ? random.below(takes.length + 1) : -1;
    const values = takes.map((kind, i) => this.#value(kind, i === odd));
    if (random.chance(8)) values.push(random.pick(OTHERS)());
    if (least < takes.length && random.chance(3)) return values.slice(0, least);
    return random.chance(20) ? values.slice(0, random.below(takes.length + 1)) : values;
  }

  #value(kind: Kind, odd: boolean): unknown {
    const random = this.#random;
    if (!odd) return kind.usual(random, this.#handles);
    if (random.chance(2)) return kind.border(random, this.#handles);
    return random.chance(4) ? this.#handles.any(random) : random.pick(random.chance(3) ? ARRAYS : OTHERS)();
  }

  #woken(): void {
    if (this.#random.chance(50)) throw this.#thrown;
    if (this.#depth >= DEPTH || this.#random.chance(2)) return;
    this.#depth++;
    try {
      this.step();
    } finally {
      this.#depth--;
    }
  }
}

/** Values behind the last one do not count; nor do those behind an optional one that is missing. */
function isRight(
  { takes, least = takes.length, fits }: Signature,
  values: readonly unknown[],
  handles: Handles,
): boolean {
  const count = values[least] === undefined ? least : takes.length;
  if (!takes.slice(0, count).every((kind, i) => kind.takes(values[i], handles))) return false;
  return !fits || fits(...(values as never[]));
}

function failure(call: string, right: boolean, result: unknown): Error {
  const what = right ? "was right" : "was wrong";
  return new Error(`${call} ${what}, and came to ${inspect(result, { depth: 2 })}`, { cause: result });
}

function freePorts(native: ReturnType<typeof addon>): number[] {
  const sockets = Array.from({ length: PORTS }, () => native.openUdp("127.0.0.1", 0, 65_536, () => {}));
  const opened = sockets.filter((socket) => typeof socket === "object");
  const ports = opened.map((socket) => native.udpPort(socket));
  for (const socket of opened) native.closeUdp(socket);
  return [...ports, 0];
}
