export { buildLab, type Lab, type LabOptions } from "./build.ts";
export { Deployment, ROLES, type RoleName, type SpaceDoor } from "./deployment.ts";
export { alive, labAvailable, removeNamespace, standingLabs } from "./namespaces.ts";
export { picture } from "./picture.ts";
export {
  ADDRESS,
  EDGE_HOST,
  GUEST_NETWORKS,
  GUESTS,
  type GuestNetwork,
  type HostName,
  JOIN_HOST,
  PEER_PREFIXES,
} from "./plan.ts";
export { PATIENT, type Probe, probeOn } from "./probe/index.ts";
export { LabProcess } from "./process.ts";
