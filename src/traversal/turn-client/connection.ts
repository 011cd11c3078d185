import { lookup } from "node:dns/promises";
import net from "node:net";
import tls from "node:tls";
import { type Scope, type TransportAddress, textOf } from "#base";
import { StreamWriter } from "#packet-plane";
import { FrameReader, padded } from "#stun";
import type { TurnClientOptions } from "./contract.ts";
import { openUdp } from "./udp-connection.ts";

/** The way to the server: a connected UDP socket, or a TCP or TLS connection. */
export interface Connection {
  /** Sends one message. The bytes may be overwritten when it returns. False if the path is congested and it was dropped. */
  send(bytes: Buffer): boolean;
  /** Retransmission is the business of the layer below (RFC 8489 6.2.2). */
  readonly reliable: boolean;
}

export interface ConnectionListener {
  /** The bytes are the listener's until it returns. */
  onMessage(bytes: Buffer): void;
  /** The connection is of no use any more. */
  onBroken(why: string): void;
}

/** Rejects if the name does not resolve or the server refuses the connection. */
export async function openConnection(
  scope: Scope,
  options: Pick<TurnClientOptions, "server" | "transport" | "tls">,
  listener: ConnectionListener,
): Promise<Connection> {
  const { server, transport } = options;
  // Relays are IPv4, and so is an edge that listens on 0.0.0.0.
  const { address, family } = await lookup(server.address, { order: "ipv4first" });
  scope.signal.throwIfAborted();
  const where = { address, port: server.port };
  return transport === "udp" ? openUdp(scope, where, family, listener) : openStream(scope, where, options, listener);
}

async function openStream(
  scope: Scope,
  server: TransportAddress,
  options: Pick<TurnClientOptions, "transport" | "tls">,
  listener: ConnectionListener,
): Promise<Connection> {
  const socket =
    options.transport === "tls" ? connectTls(server, options.tls) : net.connect(server.port, server.address);
  scope.defer(() => void socket.destroySoon());
  await new Promise<void>((resolve, reject) => {
    socket.once(options.transport === "tls" ? "secureConnect" : "connect", resolve);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("closed")));
  });
  const frames = new FrameReader((frame) => listener.onMessage(frame));
  socket.on("data", (chunk) => {
    if (!frames.push(chunk)) socket.destroy(new Error("the server sent something that is not TURN"));
  });
  socket.on("error", (error) => listener.onBroken(textOf(error)));
  socket.on("close", () => listener.onBroken("connection closed by the server"));
  const writer = new StreamWriter(socket);
  return {
    reliable: true,
    send: (bytes) => {
      const copy = Buffer.alloc(padded(bytes.length));
      copy.set(bytes);
      return writer.write(copy);
    },
  };
}

/** RFC 7443: the protocol is named, so that a port shared with HTTPS knows it. */
function connectTls({ address, port }: TransportAddress, options: TurnClientOptions["tls"]): tls.TLSSocket {
  const name = options?.serverName ?? address;
  const own = options?.authorities;
  return tls.connect({
    host: address,
    port,
    ...(net.isIP(name) ? {} : { servername: name }),
    ALPNProtocols: ["stun.turn"],
    minVersion: "TLSv1.2",
    // A self-signed or unchained certificate that was named is trusted as it is.
    ...(own ? { ca: [...tls.rootCertificates, own], allowPartialTrustChain: true } : {}),
    checkServerIdentity: (_host, certificate) => tls.checkServerIdentity(name, certificate),
  });
}
