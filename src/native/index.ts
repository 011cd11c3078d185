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
