import { connect, type Socket } from "node:net";
import ssh2 from "ssh2";
import { formatAddress, type Scope, type TransportAddress, TurnpikeError, textOf } from "#base";
import { ALGORITHMS } from "./algorithms.ts";
import { fail } from "./errors.ts";
import { fingerprint, sameKey, type TunnelKey } from "./keys.ts";

export interface DialOptions {
  readonly edge: TransportAddress;
  /** The only key that this edge may show. */
  readonly hostKey: TunnelKey;
  readonly identity: TunnelKey;
  readonly username: string;
  readonly timeoutMs: number;
}

export interface Dialled {
  readonly client: ssh2.Client;
  readonly peer: TransportAddress;
  /** Resolves with the reason when the connection has ended. */
  readonly ended: Promise<string>;
}

/**
 * One authenticated SSH connection that belongs to `scope`. Rejects with TUNNEL_UNREACHABLE, TUNNEL_HOST_KEY_MISMATCH,
 * TUNNEL_KEY_REFUSED or TUNNEL_HANDSHAKE_FAILED; the key of the edge is checked before ours is shown.
 */
export async function dial(scope: Scope, options: DialOptions): Promise<Dialled> {
  const edge = formatAddress(options.edge);
  const timeout = scope.child();
  const late = Promise.withResolvers<never>();
  timeout.after(options.timeoutMs, () => late.reject(fail("TUNNEL_UNREACHABLE", { edge, why: "no answer" })));
  try {
    const socket = await Promise.race([reach(scope, options.edge), late.promise]);
    return await Promise.race([handshake(socket, options), late.promise]);
  } catch (error) {
    throw error instanceof TurnpikeError ? error : fail("TUNNEL_UNREACHABLE", { edge, why: textOf(error) }, error);
  } finally {
    void timeout.close();
  }
}

function reach(scope: Scope, edge: TransportAddress): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ host: edge.address, port: edge.port, noDelay: true, keepAlive: true });
  scope.defer(() => void socket.destroy());
  socket.on("error", reject);
  socket.once("connect", () => resolve(socket));
  return promise;
}

async function handshake(socket: Socket, options: DialOptions): Promise<Dialled> {
  const edge = formatAddress(options.edge);
  const client = new ssh2.Client();
  const ready = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<string>();
  let shown: Buffer | undefined;
  let why = "closed by the edge";
  client.on("ready", () => ready.resolve());
  client.on("error", (error: Error & { level?: string }) => {
    why = error.message;
    ready.reject(refusal(error, options, shown));
  });
  client.on("close", () => {
    ready.reject(fail("TUNNEL_HANDSHAKE_FAILED", { edge, why }));
    ended.resolve(why);
  });
  const publicKeyOnly = {
    type: "publickey",
    username: options.username,
    key: options.identity.key,
  } as ssh2.PublicKeyAuthMethod;
  client.connect({
    sock: socket,
    username: options.username,
    authHandler: [publicKeyOnly],
    algorithms: { ...ALGORITHMS, serverHostKey: [options.hostKey.type as "ssh-ed25519"] },
    hostVerifier: (key: Buffer) => {
      shown = key;
      return sameKey(key, options.hostKey.blob);
    },
    // "no-more-sessions@openssh.com" goes to any server: it is the round trip that we measure.
    strictVendor: false,
    readyTimeout: 0,
    keepaliveInterval: 0,
  });
  await ready.promise;
  return { client, peer: { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 }, ended: ended.promise };
}

function refusal(error: Error & { level?: string }, options: DialOptions, shown: Buffer | undefined): TurnpikeError {
  const edge = formatAddress(options.edge);
  if (shown && !sameKey(shown, options.hostKey.blob)) {
    const values = { edge, shown: fingerprint(shown), pinned: options.hostKey.fingerprint };
    return fail("TUNNEL_HOST_KEY_MISMATCH", values);
  }
  if (error.level === "client-authentication")
    return fail("TUNNEL_KEY_REFUSED", { edge, fingerprint: options.identity.fingerprint });
  return fail("TUNNEL_HANDSHAKE_FAILED", { edge, why: error.message }, error);
}
