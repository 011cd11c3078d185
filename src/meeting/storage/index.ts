export type { AccessProof, NewSpace, Space, SpaceStore } from "./contract.ts";
export { storageErrors } from "./errors.ts";
