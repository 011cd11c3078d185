import type { TurnHostStatus } from "../turn-servers-contract.ts";
import type { Failure } from "./failure.ts";
import type { Way } from "./turn-server.ts";

/** Of the newest round trip: one slow answer is no other distance. */
const RTT_WEIGHT = 0.25;

export type HostResult =
  | { readonly reachable: true; readonly rttMs: number; readonly mapped: TurnHostStatus["mapped"] }
  | { readonly reachable: false; readonly failure: Failure };

/** One way to one address of a TURN server, and what its tries have shown. */
export class Host {
  readonly address: string;
  readonly way: Way;
  /** Undefined before the first try has ended. */
  result: HostResult | undefined;
  checkedAt = 0;
  /** Good tries one after the other. */
  goodTries = 0;
  /** Smoothed; 0 before the first good try. */
  rttMs = 0;

  constructor(address: string, way: Way) {
    this.address = address;
    this.way = way;
  }

  get reachable(): boolean {
    return this.result?.reachable === true;
  }

  get failure(): Failure | undefined {
    return this.result?.reachable === false ? this.result.failure : undefined;
  }

  tried(result: HostResult, at: number): void {
    this.result = result;
    this.checkedAt = at;
    this.goodTries = result.reachable ? this.goodTries + 1 : 0;
    if (!result.reachable) return;
    this.rttMs = this.goodTries === 1 ? result.rttMs : this.rttMs + (result.rttMs - this.rttMs) * RTT_WEIGHT;
  }

  /** It is not tried any more: what it was is not told. */
  forget(): void {
    this.result = undefined;
    this.goodTries = 0;
  }

  status(numAllocations: number): TurnHostStatus | undefined {
    const { address, result, checkedAt } = this;
    if (!result) return undefined;
    return {
      address,
      portNumber: this.way.port,
      transport: this.way.transport,
      reachable: result.reachable,
      roundTripTimeMs: result.reachable ? result.rttMs : undefined,
      mapped: result.reachable ? result.mapped : undefined,
      numAllocations,
      failure: result.reachable ? undefined : result.failure,
      checkedAt,
    };
  }
}
