import type { Socket } from "node:net";
import ssh2 from "ssh2";
import { formatAddress, type Scope, type TransportAddress, TurnpikeError } from "#base";
import { ALGORITHMS } from "./algorithms.ts";
import { fail } from "./errors.ts";
import type { Failure } from "./failure.ts";
import { identificationOf } from "./identification.ts";
import { fingerprint, sameKey, type TunnelKey } from "./keys.ts";
import type { TunnelLimits } from "./limits.ts";
import { type Roads, reach, type Via } from "./reach.ts";

export interface DialOptions {
  readonly roads: Roads;
  /** The only keys that this edge may show. */
  readonly hostKeys: readonly TunnelKey[];
  readonly identity: TunnelKey;
  readonly username: string;
  /** Tells this core from another one that holds the same key. */
  readonly instance: string;
  readonly limits: TunnelLimits;
}

export interface Dialled {
  readonly client: ssh2.Client;
  readonly socket: Socket;
  readonly peer: TransportAddress;
  readonly via: Via;
  readonly whyNotDirect: Failure | undefined;
  /** Fingerprint of the key that the edge showed. */
  readonly hostKey: string;
  /** Resolves with the reason when the connection has ended. */
  readonly ended: Promise<string>;
}

/**
 * One authenticated SSH connection that belongs to `scope`. Rejects with TUNNEL_UNREACHABLE, TUNNEL_HOST_KEY_MISMATCH,
 * TUNNEL_KEY_REFUSED, TUNNEL_HANDSHAKE_FAILED or TUNNEL_443_REFUSED; the key of the edge is checked before ours is shown.
 */
export async function dial(scope: Scope, options: DialOptions): Promise<Dialled> {
  const { roads, limits } = options;
  const { socket, via, whyNotDirect } = await reach(scope, roads, limits);
  const edge = via === "2222" ? formatAddress(roads.direct) : `${formatAddress(roads.fallback!)} (in TLS)`;
  const late = Promise.withResolvers<never>();
  const timer = scope.after(limits.dialMs, () => late.reject(fail("TUNNEL_UNREACHABLE", { edge, why: "no answer" })));
  try {
    const shaken = await Promise.race([handshake(socket, edge, options), late.promise]);
    const peer = { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 };
    return { ...shaken, socket, peer, via, whyNotDirect };
  } catch (error) {
    socket.destroy();
    const refused = error instanceof TurnpikeError && error.code === "TUNNEL_HANDSHAKE_FAILED" && whyNotDirect;
    throw refused ? fail("TUNNEL_443_REFUSED", { edge, direct: refused.message, why: error.message }) : error;
  } finally {
    timer.cancel();
  }
}

async function handshake(socket: Socket, edge: string, options: DialOptions) {
  const client = new ssh2.Client();
  const ready = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<string>();
  let shown: Buffer | undefined;
  let why = "closed by the edge";
  client.on("ready", () => ready.resolve());
  client.on("error", (error: Error & { level?: string }) => {
    why = error.message;
    ready.reject(refusal(error, edge, options, shown));
  });
  client.on("close", () => {
    ready.reject(fail("TUNNEL_HANDSHAKE_FAILED", { edge, why }));
    ended.resolve(why);
  });
  client.connect({
    sock: socket,
    username: options.username,
    ident: identificationOf(options.instance),
    authHandler: [
      { type: "publickey", username: options.username, key: options.identity.key } as ssh2.PublicKeyAuthMethod,
    ],
    algorithms: { ...ALGORITHMS, serverHostKey: options.hostKeys.map(({ type }) => type as "ssh-ed25519") },
    hostVerifier: (key: Buffer) => {
      shown = key;
      return pinned(key, options.hostKeys);
    },
    // "no-more-sessions@openssh.com" goes to any server: it is the round trip that we measure.
    strictVendor: false,
    readyTimeout: 0,
    keepaliveInterval: 0,
  });
  await ready.promise;
  return { client, hostKey: shown ? fingerprint(shown) : "", ended: ended.promise };
}

const pinned = (key: Buffer, hostKeys: readonly TunnelKey[]) =>
  hostKeys.filter((own) => sameKey(key, own.blob)).length > 0;

type LeveledError = Error & { readonly level?: string };

function refusal(error: LeveledError, edge: string, options: DialOptions, shown: Buffer | undefined): TurnpikeError {
  const { hostKeys, identity } = options;
  if (shown && !pinned(shown, hostKeys)) {
    const values = { edge, shown: fingerprint(shown), pinned: hostKeys.map((key) => key.fingerprint).join(", ") };
    return fail("TUNNEL_HOST_KEY_MISMATCH", values);
  }
  if (error.level === "client-authentication")
    return fail("TUNNEL_KEY_REFUSED", { edge, fingerprint: identity.fingerprint });
  return fail("TUNNEL_HANDSHAKE_FAILED", { edge, why: error.message }, error);
}
