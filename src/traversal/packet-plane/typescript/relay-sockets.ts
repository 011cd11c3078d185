import type { TransportAddress } from "#base";
import { openUdpSocket, type SendResult, type UdpSocketListener } from "#native";
import { bindUdp } from "./sockets.ts";

const RELAY_BUFFER = 1 << 20;

/** The socket of a relay. It never throws. */
export interface RelaySocket {
  send(data: Buffer, to: TransportAddress, dontFragment: boolean): SendResult;
  close(): void;
}

/** How relays get their sockets. */
export interface RelaySockets {
  /** Can they set DF, and do they tell of ICMP errors? */
  readonly dontFragment: boolean;
  /** Rejects with the system's error. */
  open(where: TransportAddress, listener: UdpSocketListener): Promise<RelaySocket>;
}

export const nativeSockets: RelaySockets = {
  dontFragment: true,
  open: async (where, listener) => openUdpSocket(where, RELAY_BUFFER, listener),
};

/** Where the native addon was not built: ICMP errors stay unknown, and DF is the system's business. */
export const dgramSockets: RelaySockets = {
  dontFragment: false,
  open: async (where, listener) => {
    const socket = await bindUdp(where, RELAY_BUFFER, (bytes, from) => listener.onPacket(bytes, from));
    return {
      send: (data, to) => (socket.send(data, to) ? "sent" : "dropped"),
      close: () => socket.close(),
    };
  },
};
