export { buildLab, type Lab, type LabOptions } from "./build.ts";
export { labAvailable, removeNamespace, standingLabs } from "./namespaces.ts";
export {
  ADDRESS,
  DOCUMENTATION_PREFIXES,
  EDGE_HOST,
  GUEST_NETWORKS,
  GUESTS,
  type GuestNetwork,
  type HostName,
  JOIN_HOST,
} from "./plan.ts";
export { type Probe, probeOn } from "./probe/index.ts";
export { LabProcess } from "./process.ts";
