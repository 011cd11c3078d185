export { nativeAvailable } from "./addon.ts";
export { createDtlsContext } from "./dtls.ts";
export type {
  DtlsAcceptOptions,
  DtlsConnection,
  DtlsContext,
  DtlsState,
  SrtpKeyingMaterial,
} from "./dtls-contract.ts";
export { nativeErrors } from "./errors.ts";
export { type PacketAead, packetAead } from "./packet-aead.ts";
export type { IcmpError, NativeUdpSocket, SendResult, UdpSocketListener } from "./udp-contract.ts";
export { openUdpSocket } from "./udp-socket.ts";
