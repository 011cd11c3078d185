import type { Client, Connection } from "ssh2";

/**
 * What ssh2 1.17 has, but does not show. This is the only file that reaches in; without it the tests of revoked keys and of
 * the edge's round trip fail.
 */
interface Protocol {
  ping(): void;
  readonly _handlers: Record<string, unknown>;
  readonly _cipher: { encrypt(packet: Buffer): void };
  readonly _packetRW: {
    readonly write: {
      readonly allocStartKEX: number;
      alloc(bytes: number, force: boolean): Buffer;
      finalize(packet: Buffer, force: boolean): Buffer;
    };
  };
}
const protocolOf = (connection: Connection) => (connection as unknown as { _protocol: Protocol })._protocol;

/** SSH_MSG_DISCONNECT and one of its reasons (RFC 4253 11.1). */
const DISCONNECT = 1;
export const NO_MORE_AUTH_METHODS = 14;

/** Calls `heard` at each answer to `ping`, in the order in which they were asked. */
export function onPong(connection: Connection, heard: () => void): void {
  const handlers = protocolOf(connection)._handlers;
  handlers.REQUEST_SUCCESS = heard;
  handlers.REQUEST_FAILURE = heard;
}

/** "keepalive@openssh.com": nobody knows it, and everybody answers. On a connection that is over it does nothing. */
export function ping(connection: Connection): void {
  try {
    protocolOf(connection).ping();
  } catch {}
}

/** Says why the connection ends; ssh2's own says nothing. On a connection that is over it does nothing. */
export function disconnect(connection: Connection, reason: number, why: string): void {
  try {
    const protocol = protocolOf(connection);
    const { write } = protocol._packetRW;
    const text = Buffer.from(why);
    const start = write.allocStartKEX;
    const packet = write.alloc(1 + 4 + 4 + text.length + 4, true);
    packet.writeUInt8(DISCONNECT, start);
    packet.writeUInt32BE(reason, start + 1);
    packet.writeUInt32BE(text.length, start + 5);
    packet.set(text, start + 9);
    packet.writeUInt32BE(0, start + 9 + text.length);
    protocol._cipher.encrypt(write.finalize(packet, true));
  } catch {}
}

/** The software in the edge's identification (RFC 4253 4.2): "Turnpike", "OpenSSH_9.2p1". */
export function softwareOf(client: Client): string {
  return (client as unknown as { _remoteVer?: string })._remoteVer ?? "";
}
