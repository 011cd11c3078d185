import type { Clock, Scope } from "#base";
import { type IntegrityKey, MessageClass, type StunMessage, verifyIntegrity } from "#stun";
import type { Connection } from "./connection.ts";

/** RFC 8489 6.2.1: before the first retransmission, ms; doubled each time. */
const RTO = 500;

/** How long to try: requests sent, the last of which is waited for as long as its predecessor doubled. */
export interface Patience {
  readonly sends: number;
}
/** 0, 0.5, 1.5, 3.5 s; given up at 7.5 s, since a guest is told after 8 s at the latest. */
export const PATIENT: Patience = { sends: 4 };
/** 0, 0.5, 1.5 s; given up at 3.5 s. */
export const BRISK: Patience = { sends: 3 };
/** Given up after half a second. */
export const HASTY: Patience = { sends: 1 };

export class TransactionTimeout extends Error {}

interface Pending {
  readonly key: IntegrityKey | undefined;
  readonly answer: PromiseWithResolvers<StunMessage>;
  readonly sentAt: number;
  sends: number;
  /** False if the connection was congested and dropped it. */
  handedOver: boolean;
  timer: { cancel(): void };
}

/** Requests on their way, each retransmitted until it is answered or given up (RFC 8489 6.2). */
export class Transactions {
  rttMs = 0;
  readonly #scope: Scope;
  readonly #clock: Clock;
  readonly #connection: Connection;
  readonly #pending = new Map<string, Pending>();

  constructor(scope: Scope, clock: Clock, connection: Connection) {
    this.#scope = scope;
    this.#clock = clock;
    this.#connection = connection;
    scope.defer(() => this.failAll(new TransactionTimeout("closed")));
  }

  /** Rejects with TransactionTimeout. `key` is the one that a success response must be signed with. */
  run(bytes: Buffer, key: IntegrityKey | undefined, patience: Patience): Promise<StunMessage> {
    const id = bytes.toString("latin1", 8, 20);
    const pending: Pending = {
      key,
      answer: Promise.withResolvers<StunMessage>(),
      sentAt: this.#clock.monotonicUs(),
      sends: 0,
      handedOver: false,
      timer: { cancel: () => {} },
    };
    this.#pending.set(id, pending);
    const attempt = () => {
      if (pending.sends === patience.sends) return this.#giveUp(id);
      if (!pending.handedOver || !this.#connection.reliable)
        pending.handedOver = this.#connection.send(Buffer.from(bytes));
      pending.timer = this.#scope.after(RTO * 2 ** pending.sends, attempt);
      pending.sends++;
    };
    attempt();
    return pending.answer.promise;
  }

  /** A response that nobody waits for, or that is not signed as it must be, is as good as none (RFC 8489 9.2.5). */
  settle(message: StunMessage): void {
    const id = message.transactionId.toString("latin1");
    const pending = this.#pending.get(id);
    if (!pending || !trusted(message, pending.key)) return;
    this.#pending.delete(id);
    pending.timer.cancel();
    // After a retransmission nobody knows which request was answered (RFC 6298 3).
    if (pending.sends === 1) this.rttMs = (this.#clock.monotonicUs() - pending.sentAt) / 1000;
    pending.answer.resolve(message);
  }

  failAll(reason: Error): void {
    for (const { answer, timer } of this.#pending.values()) {
      timer.cancel();
      answer.reject(reason);
    }
    this.#pending.clear();
  }

  #giveUp(id: string): void {
    this.#pending.get(id)?.answer.reject(new TransactionTimeout("no answer"));
    this.#pending.delete(id);
  }
}

function trusted(message: StunMessage, key: IntegrityKey | undefined): boolean {
  if (!key) return true;
  if (message.class === MessageClass.success || message.integrityAt > 0) return verifyIntegrity(message, key);
  return true;
}
