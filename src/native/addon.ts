import { createRequire } from "node:module";
import { textOf } from "#base";
import { fail } from "./errors.ts";

export type ContextHandle = { readonly kind: "dtls-context" };
export type ConnectionHandle = { readonly kind: "dtls-connection" };

/** What one step of a connection gives: what to send, what arrived, and how it stands. */
export interface Outcome {
  readonly state: "handshake" | "connected" | "failed" | "closed";
  /** -1 if nothing is outstanding. */
  readonly timeoutMs: number;
  readonly datagrams: readonly Buffer[];
  readonly data: readonly Buffer[];
  readonly failure?: NativeFailure;
  readonly detail?: string;
}

export type NativeFailure =
  | "fingerprint-mismatch"
  | "no-certificate"
  | "no-srtp-profile"
  | "no-extended-master-secret"
  | "peer-alert"
  | "protocol";

/** addon.cc, function by function. Each throws if a handle is of the wrong kind or closed. */
export interface Addon {
  createContext(): ContextHandle;
  contextFingerprint(context: ContextHandle): Buffer;
  accept(
    context: ContextHandle,
    digest: string,
    fingerprint: Uint8Array,
    profiles: string,
    cookieExchange: boolean,
  ): ConnectionHandle;
  receive(connection: ConnectionHandle, datagram: Uint8Array): Outcome;
  retransmit(connection: ConnectionHandle): Outcome;
  send(connection: ConnectionHandle, data: Uint8Array): Outcome;
  profile(connection: ConnectionHandle): string;
  keys(connection: ConnectionHandle, length: number): Buffer;
  close(connection: ConnectionHandle): Outcome;
}

type Loaded = { readonly addon: Addon } | { readonly why: string };

let loaded: Loaded | undefined;

/** The compiled addon, loaded once. Throws NATIVE_ADDON_MISSING with what to install. */
export function addon(): Addon {
  loaded ??= load();
  if ("why" in loaded) throw fail("NATIVE_ADDON_MISSING", { why: loaded.why });
  return loaded.addon;
}

export function nativeAvailable(): boolean {
  loaded ??= load();
  return "addon" in loaded;
}

function load(): Loaded {
  try {
    return { addon: createRequire(import.meta.url)("./build/turnpike.node") as Addon };
  } catch (thrown) {
    return { why: textOf(thrown).split("\n")[0]! };
  }
}
