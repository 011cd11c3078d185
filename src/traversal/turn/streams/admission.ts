import { sourceNetwork } from "#base";
import { RefusalBudget } from "../refusal-budget.ts";
import type { StreamSettings } from "./contract.ts";

type Caps = Pick<StreamSettings, "connections" | "connectionsPerAddress">;

/** Counts open connections, in all and by source, and the TLS handshakes of each source, 20 a second. */
export class Admission {
  readonly #open = new Map<string, number>();
  readonly #handshakes = new RefusalBudget();
  #caps: Caps;
  #total = 0;

  constructor(caps: Caps) {
    this.#caps = caps;
  }

  /** What is above a lowered cap stays until it ends. */
  configure(caps: Caps): void {
    this.#caps = caps;
  }

  /** False if the connection must be closed. Otherwise `leave` is due when it has ended. */
  enter(address: string): boolean {
    const source = sourceNetwork(address);
    const open = this.#open.get(source) ?? 0;
    if (this.#total >= this.#caps.connections || open >= this.#caps.connectionsPerAddress) return false;
    this.#total++;
    this.#open.set(source, open + 1);
    return true;
  }

  leave(address: string): void {
    const source = sourceNetwork(address);
    const left = (this.#open.get(source) ?? 0) - 1;
    this.#total--;
    if (left > 0) this.#open.set(source, left);
    else this.#open.delete(source);
  }

  /** A handshake costs us a signature, and the client next to nothing. */
  mayShakeHands(address: string, nowMs: number): boolean {
    return this.#handshakes.spend(address, nowMs);
  }
}
