import {
  type Addon,
  addon,
  type ConnectionHandle,
  type ContextHandle,
  type NativeFailure,
  type Outcome,
} from "./addon.ts";
import type { DtlsAcceptOptions, DtlsConnection, DtlsContext, DtlsState, SrtpKeyingMaterial } from "./dtls-contract.ts";
import { fail } from "./errors.ts";
import { formatFingerprint, parseFingerprint } from "./fingerprint.ts";

/** A new certificate and the policy of the DTLS server. Throws NATIVE_ADDON_MISSING. */
export function createDtlsContext(): DtlsContext {
  const native = addon();
  const context = native.createContext();
  return {
    fingerprint: formatFingerprint(native.contextFingerprint(context)),
    accept: (options) => new Connection(native, context, options),
  };
}

/** The codes of a failed state, by what the addon saw. */
const FAILURES: Readonly<Record<NativeFailure, string>> = {
  "fingerprint-mismatch": "DTLS_FINGERPRINT_MISMATCH",
  "no-certificate": "DTLS_NO_CERTIFICATE",
  "no-srtp-profile": "DTLS_NO_SRTP_PROFILE",
  "no-extended-master-secret": "DTLS_NO_EXTENDED_MASTER_SECRET",
  "peer-alert": "DTLS_PEER_ALERT",
  protocol: "DTLS_PROTOCOL",
};

/** Bytes of a salt by profile (RFC 3711 8.2, RFC 7714 12); keys have 16 bytes in all of them. */
const SALT_LENGTH: Readonly<Record<string, number>> = { SRTP_AEAD_AES_128_GCM: 12, SRTP_AES128_CM_SHA1_80: 14 };
const KEY_LENGTH = 16;

class Connection implements DtlsConnection {
  readonly #native: Addon;
  readonly #onSend: (datagram: Buffer) => void;
  #handle: ConnectionHandle | undefined;
  #state: DtlsState = { state: "handshake" };
  /** When `timeoutMs` of the latest outcome runs out, on performance.now(). */
  #dueAt: number | undefined;

  constructor(native: Addon, context: ContextHandle, options: DtlsAcceptOptions) {
    const { algorithm, value } = options.expectedFingerprint;
    const expected = parseFingerprint(algorithm, value);
    if (!expected) throw fail("NATIVE_DTLS_FINGERPRINT_UNSUPPORTED", { algorithm });
    this.#native = native;
    this.#onSend = options.onSend;
    const cookieExchange = options.cookieExchange ?? true;
    this.#handle = native.accept(context, expected.name, expected.value, options.profiles.join(":"), cookieExchange);
  }

  get state(): DtlsState {
    return this.#state;
  }

  get timeoutMs(): number | undefined {
    return this.#dueAt === undefined ? undefined : Math.max(0, Math.ceil(this.#dueAt - performance.now()));
  }

  receive(datagram: Buffer): readonly Buffer[] {
    return this.#take(this.#native.receive(this.#open(), datagram));
  }

  retransmit(): void {
    this.#take(this.#native.retransmit(this.#open()));
  }

  send(data: Buffer): void {
    this.#take(this.#native.send(this.#open(), data));
  }

  close(): void {
    const handle = this.#handle;
    if (!handle) return;
    this.#handle = undefined;
    this.#take(this.#native.close(handle));
  }

  #open(): ConnectionHandle {
    if (!this.#handle) throw fail("NATIVE_DTLS_CLOSED");
    return this.#handle;
  }

  /** Takes the new state over before anything is sent, so that a listener sees how it stands. */
  #take(outcome: Outcome): readonly Buffer[] {
    this.#dueAt = outcome.timeoutMs < 0 ? undefined : performance.now() + outcome.timeoutMs;
    if (outcome.state !== this.#state.state) this.#state = this.#stateOf(outcome);
    for (const datagram of outcome.datagrams) this.#onSend(datagram);
    return outcome.data;
  }

  #stateOf(outcome: Outcome): DtlsState {
    if (outcome.state === "failed")
      return { state: "failed", code: FAILURES[outcome.failure ?? "protocol"], detail: outcome.detail ?? "" };
    if (outcome.state !== "connected") return { state: outcome.state };
    const profile = this.#native.profile(this.#open());
    return { state: "connected", profile, keys: this.#keys(SALT_LENGTH[profile] ?? 0) };
  }

  #keys(saltLength: number): SrtpKeyingMaterial {
    const all = this.#native.keys(this.#open(), 2 * KEY_LENGTH + 2 * saltLength);
    const salts = 2 * KEY_LENGTH;
    return {
      clientKey: all.subarray(0, KEY_LENGTH),
      serverKey: all.subarray(KEY_LENGTH, salts),
      clientSalt: all.subarray(salts, salts + saltLength),
      serverSalt: all.subarray(salts + saltLength),
    };
  }
}
