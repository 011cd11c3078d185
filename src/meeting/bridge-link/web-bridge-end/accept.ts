import { type ClientHttp2Session, connect } from "node:http2";
import { createServer, type TLSSocket } from "node:tls";
import { formatAddress, type Log, Scope, type TransportAddress, textOf } from "#base";
import { listen } from "#listeners";
import { fail } from "../errors.ts";
import { keepAlive } from "../keepalive.ts";
import { LINK_TLS, shownCertificate } from "../pinning.ts";
import type { CallBridgeService } from "../service.ts";
import { hushLateErrors, SESSION_OPTIONS, UNTRUSTED } from "../session.ts";
import type { Trust } from "../trust.ts";
import { RemoteCallBridge } from "./remote-call-bridge.ts";

export interface AcceptOptions {
  readonly listen: TransportAddress;
  /** The Web Bridge's own link certificate and key, PEM. */
  readonly certificate: string;
  readonly key: string;
  /** Link certificates of the Call Bridges that may connect: exactly these, not what they issued. */
  readonly trust: Trust;
  readonly log: Log;
}

export interface BridgeLinks {
  readonly address: TransportAddress;
  /** Links that are up. */
  readonly count: number;
  /** The Call Bridge for the next request, in turns; undefined while no link is up. */
  pick(): CallBridgeService | undefined;
  /** The same; throws BRIDGE_LINK_DOWN while no link is up. */
  require(): CallBridgeService;
}

/** Connections at a time, of which those that have not shown their certificate yet are a part. */
const MAX_CONNECTIONS = 64;
const HANDSHAKE_TIMEOUT_MS = 5000;
/** Time for a refusal to reach the other end. */
const REFUSAL_GRACE_MS = 1000;

/** Listens for Call Bridges that dial. Rejects with Node's error if the port cannot be bound. */
export async function acceptBridgeLinks(scope: Scope, options: AcceptOptions): Promise<BridgeLinks> {
  const { certificate: cert, key, log } = options;
  const server = createServer({ cert, key, requestCert: true, handshakeTimeout: HANDSHAKE_TIMEOUT_MS, ...LINK_TLS });
  server.maxConnections = MAX_CONNECTIONS;
  const pool = new Pool(log);
  const { trust } = options;
  scope.on(server, "secureConnection", (socket: TLSSocket) => pool.take(socket, trust.pins()));
  scope.defer(trust.onChange(() => pool.checkTrust(trust.pins())));
  scope.on(server, "tlsClientError", (error: Error, socket: TLSSocket) =>
    log.warn("bridge link handshake failed", { from: socket.remoteAddress, why: textOf(error) }),
  );
  const address = await listen(scope, server, options.listen);
  scope.defer(() => pool.close());
  return {
    address,
    get count() {
      return pool.count;
    },
    pick: () => pool.pick(),
    require: () => {
      const callBridge = pool.pick();
      if (!callBridge) throw fail("BRIDGE_LINK_DOWN");
      return callBridge;
    },
  };
}

class Pool {
  readonly #log: Log;
  readonly #up: CallBridgeService[] = [];
  /** What each connection showed. */
  readonly #scopes = new Map<Scope, string>();
  #turn = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  get count(): number {
    return this.#up.length;
  }

  pick(): CallBridgeService | undefined {
    return this.#up[this.#turn++ % this.#up.length];
  }

  /** Makes a link of a connection, or turns it away if its certificate is none of the pins. */
  take(socket: TLSSocket, pins: ReadonlySet<string>): void {
    const { fingerprint, problem } = shownCertificate(socket, pins);
    const from = formatAddress({ address: socket.remoteAddress ?? "?", port: socket.remotePort ?? 0 });
    const log = this.#log.with({ from });
    const scope = new Scope();
    this.#scopes.set(scope, fingerprint);
    const session = connect("https://call-bridge", { ...SESSION_OPTIONS, createConnection: () => socket });
    hushLateErrors(socket, session);
    scope.defer(() => {
      session.destroy();
      socket.destroy();
    });
    scope.on(session, "error", (error: Error) => log.debug("bridge link error", { why: error.message }));
    scope.on(session, "close", () => void this.#drop(scope));
    if (problem) this.#refuse(scope, session, log, problem);
    else void this.#greet(scope, session, log);
  }

  /** Hangs up on those that are no longer trusted. */
  checkTrust(pins: ReadonlySet<string>): void {
    for (const [scope, fingerprint] of this.#scopes) if (!pins.has(fingerprint)) void this.#drop(scope);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#scopes.keys()].map((scope) => this.#drop(scope)));
  }

  async #greet(scope: Scope, session: ClientHttp2Session, log: Log): Promise<void> {
    keepAlive(scope, session);
    const remote = new RemoteCallBridge(scope, session);
    try {
      const { name } = await remote.hello();
      if (scope.closed) return;
      log.info("bridge link up", { callBridge: name });
      scope.defer(() => {
        this.#up.splice(this.#up.indexOf(remote), 1);
        log.warn("bridge link down", { callBridge: name });
      });
      this.#up.push(remote);
    } catch (error) {
      log.warn("bridge link refused", { why: textOf(error) });
      await this.#drop(scope);
    }
  }

  #refuse(scope: Scope, session: ClientHttp2Session, log: Log, problem: string): void {
    log.warn("bridge link refused", { why: `the Call Bridge is not trusted: ${problem}` });
    scope.on(session, "connect", () => session.goaway(UNTRUSTED));
    scope.after(REFUSAL_GRACE_MS, () => void this.#drop(scope));
  }

  #drop(scope: Scope): Promise<void> {
    this.#scopes.delete(scope);
    return scope.close();
  }
}
