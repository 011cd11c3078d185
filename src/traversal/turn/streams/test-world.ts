import { once } from "node:events";
import net from "node:net";
import tls from "node:tls";
import { ManualClock, memoryLog, Scope, type TransportAddress } from "#base";
import { createAuthority, issueServer, type Pair } from "#certificates";
import { encodeMessage, MessageClass, Method } from "#stun";
import type { Client } from "../allocation.ts";
import { StreamClients, type StreamSettings } from "./index.ts";

export const REQUEST = encodeMessage({ method: Method.binding, class: MessageClass.request });
export const ANSWER = encodeMessage({ method: Method.binding, class: MessageClass.success });
export const BIND = encodeMessage({ method: Method.connectionBind, class: MessageClass.request });
export const BOUND = encodeMessage({ method: Method.connectionBind, class: MessageClass.success });
export const NOT_BOUND = encodeMessage({ method: Method.connectionBind, class: MessageClass.error });

const LOOPBACK = { address: "127.0.0.1", port: 0 };
const authority = await createAuthority("test authority");
export const certificateFor = (name: string): Promise<Pair> => issueServer(authority, { names: [name] });
const pair = await certificateFor("turn.test");

export interface Received {
  readonly client: Client;
  readonly frame: Buffer;
}

/** For tests: stream clients on loopback, before a core that remembers what it is told and answers what it is told to. */
export async function world(overrides: Partial<StreamSettings> = {}) {
  const scope = new Scope();
  const clock = new ManualClock();
  const received: Received[] = [];
  const gone: Client[] = [];
  const holders = new Set<Client>();
  const core = {
    clock,
    log: memoryLog(),
    onFrame: (_: Received): void => {},
    receive: (client: Client, frame: Buffer) => {
      received.push({ client, frame: Buffer.from(frame) });
      core.onFrame({ client, frame });
    },
    clientGone: (client: Client) => void gone.push(client),
    holdsSomething: (client: Client) => holders.has(client),
  };
  const settings = { tls: pair, connectionsPerAddress: 100, connections: 200, ...overrides };
  const streams = new StreamClients(core, settings);
  return {
    ...{ scope, clock, core, received, gone, holders, settings, streams },
    listen: (kind: "tcp" | "tls" = "tcp") => streams.listen(scope, LOOPBACK, kind),
    /** Seconds pass, and the sweeps with them. */
    pass: (seconds: number) => {
      clock.advance(seconds * 1000);
      streams.sweep();
    },
    [Symbol.asyncDispose]: () => scope.close(),
  };
}

/** The client's end of a connection. */
export class Remote {
  readonly socket: net.Socket;
  data = Buffer.alloc(0);
  closed = false;
  /** The code of its error. */
  error = "";

  constructor(socket: net.Socket) {
    this.socket = socket;
    socket.on("error", (error: NodeJS.ErrnoException) => {
      this.error = error.code ?? error.message;
    });
    socket.on("data", (chunk) => {
      this.data = Buffer.concat([this.data, chunk]);
    });
    socket.on("close", () => {
      this.closed = true;
    });
  }

  /** Of a TLS connection. */
  get secure(): tls.TLSSocket {
    return this.socket as tls.TLSSocket;
  }

  static async plain(scope: Scope, { address, port }: TransportAddress): Promise<Remote> {
    const remote = new Remote(net.connect({ port, host: address, noDelay: true }));
    scope.defer(() => void remote.socket.destroy());
    await once(remote.socket, "connect");
    return remote;
  }

  /** Resolves when the handshake has succeeded or failed. */
  static async tls(scope: Scope, { address, port }: TransportAddress, options: tls.ConnectionOptions = {}) {
    const trust = { ca: authority.certificate, servername: "turn.test" };
    const remote = new Remote(tls.connect({ port, host: address, ...trust, ...options }));
    scope.defer(() => void remote.socket.destroy());
    await new Promise((resolve) => remote.socket.once("secureConnect", resolve).once("close", resolve));
    return remote;
  }
}
