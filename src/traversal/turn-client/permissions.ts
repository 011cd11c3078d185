import { attribute, attributes, Method } from "#stun";
import type { Session } from "./session.ts";
import { PATIENT } from "./transactions.ts";

/** Permissions live 300 s (RFC 8656 9); refreshed in time for a whole transaction to fail and be repeated. */
const REFRESH_AFTER = 240_000;

interface Permission {
  users: number;
  refreshAt: number;
  granted: Promise<void>;
}

/** The IP addresses whose packets the server lets through to us. */
export class Permissions {
  readonly #session: Session;
  readonly #held = new Map<string, Permission>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Counted: the permission is kept until as many `release`s. */
  permit(address: string, now: number): Promise<void> {
    const held = this.#held.get(address);
    if (held) {
      held.users++;
      return held.granted;
    }
    const permission: Permission = { users: 1, refreshAt: now + REFRESH_AFTER, granted: this.#create(address) };
    this.#held.set(address, permission);
    permission.granted.catch(() => this.#held.delete(address));
    return permission.granted;
  }

  release(address: string): void {
    const held = this.#held.get(address);
    if (held && --held.users <= 0) this.#held.delete(address);
  }

  refresh(now: number, onError: (address: string, error: unknown) => void): void {
    for (const [address, permission] of this.#held) {
      if (now < permission.refreshAt) continue;
      permission.refreshAt = now + REFRESH_AFTER;
      this.#create(address).catch((error) => {
        if (this.#held.get(address) === permission) this.#held.delete(address);
        onError(address, error);
      });
    }
  }

  async #create(address: string): Promise<void> {
    await this.#session.request(
      Method.createPermission,
      [attribute(attributes.xorPeerAddress, { address, port: 0 })],
      PATIENT,
    );
  }
}
