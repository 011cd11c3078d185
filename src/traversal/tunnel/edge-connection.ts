import type { Duplex } from "node:stream";
import type { AuthContext, ClientInfo, Connection, PublicKeyAuthContext, TcpipBindInfo } from "ssh2";
import { formatAddress, type Log, Scope, type TransportAddress, textOf } from "#base";
import { TunnelChannel } from "./channel.ts";
import type { EdgeRules } from "./edge-rules.ts";
import { fail } from "./errors.ts";
import { instanceIn, shownSoftware } from "./identification.ts";
import { sameKey, type TunnelKey } from "./keys.ts";
import { FORWARD_PORT } from "./limits.ts";
import type { Via } from "./reach.ts";
import { disconnect, NO_MORE_AUTH_METHODS } from "./ssh2-inside.ts";
import { Vitals } from "./vitals.ts";

/** As OpenSSH's MaxAuthTries. */
const MAX_TRIES = 6;
/** Refused names that are remembered, so that asking again is no second warning. */
const MAX_REFUSED = 256;

/** How a stranger failed, for the automatic blocking of those who go on. */
export type StrangerFailure = "key-refused" | "handshake" | "protocol";

export interface Origin extends TransportAddress {
  readonly via: Via;
}

/** One SSH connection of a core. It may ask for the tunnels of join hosts, and for nothing else. */
export class EdgeConnection {
  readonly scope = new Scope();
  readonly from: Origin;
  readonly since: number;
  readonly vitals: Vitals;
  software = "";
  /** Undefined if the core does not say. */
  instance: string | undefined;
  /** Join hosts that the core has asked for and was granted. */
  readonly #hosts = new Set<string>();
  readonly #refusedHosts = new Set<string>();
  readonly #rules: EdgeRules;
  readonly #log: Log;
  readonly #handshake: { cancel(): void };
  #client: Connection | undefined;
  #key: TunnelKey | undefined;
  #tries = 0;
  #channels = 0;
  #failure: StrangerFailure | undefined;

  constructor(stream: Duplex, from: Origin, rules: EdgeRules) {
    this.#rules = rules;
    this.from = from;
    this.since = rules.clock.now();
    this.#log = rules.log.with({ peer: from.address, port: from.port, via: from.via });
    this.vitals = new Vitals(stream, rules);
    this.scope.defer(() => void stream.destroy());
    this.scope.on(stream, "error", () => {});
    for (const end of ["end", "finish", "close"]) this.scope.on(stream, end, () => this.#ended());
    this.#handshake = this.scope.after(rules.limits.handshakeMs, () => {
      this.#failure ??= "handshake";
      void this.scope.close({ code: "TUNNEL_HANDSHAKE_LATE" });
    });
  }

  get authenticated(): boolean {
    return this.#key !== undefined;
  }
  get key(): TunnelKey | undefined {
    return this.#key;
  }
  get channels(): number {
    return this.#channels;
  }
  carries(host: string): boolean {
    return !this.scope.closed && this.#hosts.has(host) && this.#rules.joinHosts.includes(host);
  }
  /** Who is at the other end: with one key there may be several (see shared-identities.ts). */
  get who(): string {
    return this.instance ?? this.from.address;
  }
  /** What this stranger did wrong, once it is over; undefined for a core, and for one who only looked whether the port is open. */
  get failure(): StrangerFailure | undefined {
    if (this.authenticated || this.vitals.bytesIn === 0) return undefined;
    return this.#tries > 0 ? "key-refused" : (this.#failure ?? (this.#client ? "handshake" : "protocol"));
  }

  /** Called when the SSH header has been read. No listener for sessions or direct-tcpip: ssh2 refuses both by itself. */
  greet(client: Connection, { header }: ClientInfo): void {
    this.#client = client;
    this.software = shownSoftware(header.versions.software);
    this.instance = instanceIn(header.versions.software, header.comments);
    client.on("error", (error: Error) => this.#failed(error));
    client.on("authentication", (context: AuthContext) => this.#authenticate(context));
    client.on("request", (accept, reject, name, info) => this.#request(accept, reject, name, info));
    client.on("ready", () => this.#up(client));
  }

  #up(client: Connection): void {
    this.#handshake.cancel();
    this.#log.info("tunnel connection is up", { fingerprint: this.#key?.fingerprint, software: this.software });
    this.vitals.watch(this.scope, client, () => {
      this.#log.warn("tunnel connection is silent", { fingerprint: this.#key?.fingerprint });
      void this.scope.close({ code: "TUNNEL_SILENT" });
    });
    this.#rules.changed();
  }

  /** Ends it at once and tells the core why. */
  cut(why: string): void {
    this.#log.warn("tunnel connection is cut", { fingerprint: this.#key?.fingerprint, why });
    if (this.#client) disconnect(this.#client, NO_MORE_AUTH_METHODS, why);
    void this.scope.close({ code: "TUNNEL_LOST", detail: why });
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
      this.vitals.doubt();
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
    const asks = name === "tcpip-forward" && bindPort === FORWARD_PORT;
    if (asks && this.#rules.joinHosts.includes(host)) {
      accept?.();
      this.#refusedHosts.delete(host);
      // Our cores ask again and again, to hear what holds now.
      if (this.#hosts.has(host)) return;
      this.#hosts.add(host);
      this.#log.info("tunnel carries join host", { host });
      this.#rules.changed();
    } else if (name === "cancel-tcpip-forward" && this.#hosts.delete(host)) {
      accept?.();
      this.#log.info("tunnel carries join host no longer", { host });
      this.#rules.changed();
    } else {
      reject?.();
      if (asks) this.#hosts.delete(host);
      const again = this.#refusedHosts.has(host);
      if (this.#refusedHosts.size < MAX_REFUSED) this.#refusedHosts.add(host);
      this.#log[again ? "debug" : "warn"]("tunnel request refused", { request: name, host, bindPort });
    }
  }

  #failed(error: Error): void {
    this.#failure ??= "protocol";
    this.#log.debug("tunnel connection failed", { why: error.message });
    void this.scope.close({ code: "TUNNEL_LOST", detail: error.message });
  }

  #ended(): void {
    if (this.authenticated && !this.scope.closed)
      this.#log.warn("tunnel connection is down", { fingerprint: this.#key?.fingerprint });
    void this.scope.close({ code: "TUNNEL_LOST" });
  }

  /** Where it comes from, as tables show it. */
  get peer(): string {
    return formatAddress(this.from);
  }
}

function verified(key: TunnelKey, { blob, signature, hashAlgo }: PublicKeyAuthContext): boolean {
  return signature === undefined || (blob !== undefined && key.key.verify(blob, signature, hashAlgo) === true);
}
