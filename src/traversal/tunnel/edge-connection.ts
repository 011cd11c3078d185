import type { Socket } from "node:net";
import type { AuthContext, Connection, PublicKeyAuthContext, TcpipBindInfo } from "ssh2";
import { type Log, Scope, type TransportAddress, textOf } from "#base";
import { TunnelChannel } from "./channel.ts";
import { fail } from "./errors.ts";
import { sameKey, type TunnelKey } from "./keys.ts";
import { FORWARD_PORT, type TunnelLimits } from "./limits.ts";

export interface EdgeRules {
  readonly joinHosts: readonly string[];
  readonly authorizedKeys: readonly TunnelKey[];
  readonly limits: TunnelLimits;
  readonly log: Log;
}

/** As OpenSSH's MaxAuthTries. */
const MAX_TRIES = 6;

/** One SSH connection of a core. It may ask for the tunnels of join hosts, and for nothing else. */
export class EdgeConnection {
  readonly scope = new Scope();
  readonly peer: TransportAddress;
  /** Join hosts whose requests this connection carries. */
  readonly hosts = new Set<string>();
  readonly #rules: EdgeRules;
  readonly #log: Log;
  #client: Connection | undefined;
  #key: TunnelKey | undefined;
  #tries = 0;
  #channels = 0;

  constructor(socket: Socket, rules: EdgeRules) {
    this.#rules = rules;
    this.peer = { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 };
    this.#log = rules.log.with({ peer: this.peer.address, port: this.peer.port });
    this.scope.defer(() => void socket.destroy());
    this.scope.on(socket, "error", () => {});
    this.scope.on(socket, "close", () => void this.#ended());
    const late = () => void this.scope.close({ code: "TUNNEL_HANDSHAKE_LATE" });
    this.#handshake = this.scope.after(rules.limits.handshakeMs, late);
  }
  readonly #handshake: { cancel(): void };

  get authenticated(): boolean {
    return this.#key !== undefined;
  }
  get fingerprint(): string | undefined {
    return this.#key?.fingerprint;
  }
  get channels(): number {
    return this.#channels;
  }

  /** Called when the SSH header has been read. No listener for sessions or direct-tcpip: ssh2 refuses both by itself. */
  greet(client: Connection): void {
    this.#client = client;
    client.on("error", (error: Error) => this.#failed(error));
    client.on("authentication", (context: AuthContext) => this.#authenticate(context));
    client.on("request", (accept, reject, name, info) => this.#request(accept, reject, name, info));
    client.on("ready", () => {
      this.#handshake.cancel();
      this.#log.info("tunnel connection is up", { fingerprint: this.fingerprint });
    });
  }

  /** A channel to the core for one upstream connection. Rejects with TUNNEL_CHANNEL_REFUSED. */
  openChannel(host: string): Promise<TunnelChannel> {
    const { promise, resolve, reject } = Promise.withResolvers<TunnelChannel>();
    const refuse = (why: string) => reject(fail("TUNNEL_CHANNEL_REFUSED", { host, why }));
    if (this.#channels >= this.#rules.limits.channelsPerConnection) refuse("too many channels");
    else this.#open(host, resolve, refuse);
    return promise;
  }

  #open(host: string, resolve: (channel: TunnelChannel) => void, refuse: (why: string) => void): void {
    let late = false;
    const timer = this.scope.after(this.#rules.limits.channelOpenMs, () => {
      late = true;
      refuse("no answer");
    });
    this.#channels++;
    // The originator (RFC 4254 7.2) is not the guest: a pooled channel carries the requests of many.
    this.#client!.forwardOut(host, FORWARD_PORT, "127.0.0.1", 0, (error, channel) => {
      timer.cancel();
      if (error) {
        this.#channels--;
        refuse(textOf(error));
        return;
      }
      channel.on("close", () => this.#channels--);
      const stream = new TunnelChannel(channel);
      if (late) stream.destroy();
      else resolve(stream);
    });
  }

  /** Public keys only. A refused method tells that, so that a client does not ask for passwords. */
  #authenticate(context: AuthContext): void {
    const key = context.method === "publickey" ? this.#known(context.key.data) : undefined;
    if (context.method !== "publickey" || !key || !verified(key, context)) {
      this.#refuse(context);
      return;
    }
    // Without a signature the client only asks whether the key would do (RFC 4252 7).
    if (context.signature) this.#key = key;
    context.accept();
  }

  #known(blob: Buffer): TunnelKey | undefined {
    // Every key is compared, so that the time tells nothing about which one matched.
    return this.#rules.authorizedKeys.filter((key) => sameKey(key.blob, blob))[0];
  }

  #refuse(context: AuthContext): void {
    context.reject(["publickey"]);
    // "none" is how a client asks which methods there are.
    if (context.method === "none" && this.#tries === 0) return;
    this.#tries++;
    this.#log.warn("tunnel key refused", { method: context.method, tries: this.#tries });
    if (this.#tries >= MAX_TRIES) void this.scope.close({ code: "TUNNEL_TOO_MANY_TRIES" });
  }

  #request(accept: (() => void) | undefined, reject: (() => void) | undefined, name: string, info: unknown): void {
    const { bindAddr, bindPort } = info as Partial<TcpipBindInfo>;
    const host = String(bindAddr).toLowerCase();
    const known = bindPort === FORWARD_PORT && this.#rules.joinHosts.includes(host);
    if (name === "tcpip-forward" && known) {
      this.hosts.add(host);
      this.#log.info("tunnel carries join host", { host });
      accept?.();
    } else if (name === "cancel-tcpip-forward" && this.hosts.delete(host)) {
      accept?.();
    } else {
      this.#log.warn("tunnel request refused", { request: name, host, bindPort });
      reject?.();
    }
  }

  #failed(error: Error): void {
    this.#log.debug("tunnel connection failed", { why: error.message });
    void this.scope.close({ code: "TUNNEL_LOST", detail: error.message });
  }

  #ended(): Promise<void> {
    if (this.authenticated) this.#log.warn("tunnel connection is down", { fingerprint: this.fingerprint });
    return this.scope.close({ code: "TUNNEL_LOST" });
  }
}

function verified(key: TunnelKey, { blob, signature, hashAlgo }: PublicKeyAuthContext): boolean {
  return signature === undefined || (blob !== undefined && key.key.verify(blob, signature, hashAlgo) === true);
}
