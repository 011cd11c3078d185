export { nativeAvailable, nativeMissing } from "./addon.ts";
export { openBatchedUdp } from "./batched-udp.ts";
export type {
  BatchedUdp,
  BatchedUdpCounters,
  BatchedUdpListener,
  BatchedUdpOptions,
} from "./batched-udp-contract.ts";
export { createDtlsContext } from "./dtls.ts";
export type {
  DtlsAcceptOptions,
  DtlsConnection,
  DtlsContext,
  DtlsState,
  SrtpKeyingMaterial,
} from "./dtls-contract.ts";
export { nativeErrors } from "./errors.ts";
export { type HmacAlgorithm, HmacKey } from "./hmac-key.ts";
export { type PacketAead, packetAead } from "./packet-aead.ts";
export { NATIVE_COUNTERS, type NativePath, NativePlane, noNewPrivileges } from "./packet-plane.ts";
export type { UpRecord } from "./plane-records.ts";
export type { IcmpError, NativeUdpSocket, SendResult, UdpSocketListener } from "./udp-contract.ts";
export { openUdpSocket } from "./udp-socket.ts";
