import { createServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import ssh2 from "ssh2";
import { addressKey, formatAddress, type Log, type Scope, type TransportAddress } from "#base";
import { listen } from "#listeners";
import { ALGORITHMS } from "./algorithms.ts";
import { EdgeConnection, type EdgeRules } from "./edge-connection.ts";
import { fail } from "./errors.ts";
import type { TunnelKey } from "./keys.ts";
import { TUNNEL_LIMITS, type TunnelLimits } from "./limits.ts";

export interface EdgeEndOptions {
  readonly listen: TransportAddress;
  readonly hostKey: TunnelKey;
  readonly authorizedKeys: readonly TunnelKey[];
  /** Lower case. */
  readonly joinHosts: readonly string[];
  readonly log: Log;
  readonly limits?: Partial<TunnelLimits>;
}

export interface EdgeTunnelRow {
  readonly domain: string;
  /** Live connections that carry it. */
  readonly connections: readonly { readonly peer: string; readonly fingerprint: string; readonly channels: number }[];
}

/** Where the cores' tunnels end on the edge. It opens no port towards the inside: cores dial it. */
export interface EdgeEnd {
  readonly address: TransportAddress;
  /** A connection to the core for that join host. Rejects with TUNNEL_NO_CONNECTION or TUNNEL_CHANNEL_REFUSED. */
  openChannel(host: string): Promise<Duplex>;
  status(): EdgeTunnelRow[];
}

export async function startEdgeEnd(scope: Scope, options: EdgeEndOptions): Promise<EdgeEnd> {
  const end = new Connections({ ...options, limits: { ...TUNNEL_LIMITS, ...options.limits } }, options.hostKey);
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => end.admit(socket));
  const address = await listen(scope, server, options.listen);
  scope.defer(() => end.close());
  return {
    address,
    openChannel: (host) => end.openChannel(host),
    status: () => options.joinHosts.map((domain) => end.row(domain)),
  };
}

class Connections {
  readonly #rules: EdgeRules;
  readonly #live = new Map<string, EdgeConnection>();
  readonly #ssh: ssh2.Server;
  #turn = 0;

  constructor(rules: EdgeRules, hostKey: TunnelKey) {
    this.#rules = rules;
    const { probeMs, silenceMs } = rules.limits;
    // ssh2 answers with an error one interval after the last counted probe. It reads these two, but its types lack them.
    const keepalive = {
      keepaliveInterval: probeMs,
      keepaliveCountMax: Math.max(1, Math.ceil(silenceMs / probeMs) - 1),
    };
    // A parsed key is taken as it is; the types know only texts.
    const hostKeys = [{ key: hostKey.key as unknown as string }] as ssh2.ServerConfig["hostKeys"];
    this.#ssh = new ssh2.Server({ hostKeys, algorithms: ALGORITHMS, ...keepalive });
    this.#ssh.on("connection", (client, info) => {
      const connection = this.#live.get(addressKey({ address: info.ip, port: info.port }));
      if (connection) connection.greet(client);
      else client.end();
    });
  }

  admit(socket: Socket): void {
    const { remoteAddress: address, remotePort: port } = socket;
    if (address === undefined || port === undefined || !this.#room(address)) {
      socket.destroy();
      return;
    }
    const connection = new EdgeConnection(socket, this.#rules);
    const key = addressKey({ address, port });
    this.#live.set(key, connection);
    connection.scope.defer(() => void this.#live.delete(key));
    this.#ssh.injectSocket(socket);
  }

  /** Takes the connections for `host` in turn; one that does not answer is passed over. */
  async openChannel(host: string): Promise<Duplex> {
    const carrying = this.#carrying(host);
    let refusal: unknown;
    for (let tries = 0; tries < carrying.length; tries++) {
      const connection = carrying[this.#turn++ % carrying.length]!;
      try {
        return await connection.openChannel(host);
      } catch (error) {
        refusal = error;
      }
    }
    throw refusal ?? fail("TUNNEL_NO_CONNECTION", { host });
  }

  row(domain: string): EdgeTunnelRow {
    const connections = this.#carrying(domain).map(({ peer, fingerprint, channels }) => ({
      peer: formatAddress(peer),
      fingerprint: fingerprint ?? "",
      channels,
    }));
    return { domain, connections };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#live.values()].map((connection) => connection.scope.close()));
  }

  #carrying(host: string): EdgeConnection[] {
    return [...this.#live.values()].filter((connection) => connection.hosts.has(host) && !connection.scope.closed);
  }

  /** As sshd's MaxStartups and PerSourceMaxStartups: strangers cannot use up the places of the cores. */
  #room(address: string): boolean {
    const pending = [...this.#live.values()].filter((connection) => !connection.authenticated);
    const { limits } = this.#rules;
    return (
      this.#live.size < limits.connections &&
      pending.length < limits.pending &&
      pending.filter(({ peer }) => peer.address === address).length < limits.pendingPerSource
    );
  }
}
