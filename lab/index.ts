export { buildLab, type Lab, type LabOptions } from "./build.ts";
export { between, cut, letThrough, nft } from "./cut.ts";
export {
  ADMINISTRATION,
  Deployment,
  type DeploymentOptions,
  ROLES,
  type RoleName,
  type SpaceDoor,
} from "./deployment.ts";
export { mountSmallDisk, type SmallDisk } from "./disk.ts";
export { alive, labAvailable, removeNamespace, standingLabs } from "./namespaces.ts";
export { picture } from "./picture.ts";
export {
  ADDRESS,
  EDGE_HOST,
  EDGE2_HOST,
  type Extent,
  GUEST_NETWORKS,
  GUESTS,
  type GuestNetwork,
  type HostName,
  JOIN_HOST,
  PEER_PREFIXES,
  type Zone,
} from "./plan.ts";
export { PATIENT, type Probe, probeOn } from "./probe/index.ts";
export { type LabRelay, type TurnProbe, turnOn } from "./probe/turn.ts";
export { LabProcess } from "./process.ts";
