export { type Deployment, type EdgePlace, numbered, STANDARD_PORTS } from "./deployment.ts";
export { upErrors } from "./errors.ts";
export { capabilitiesOf, commandOf, PLACES, type Service, unitOf } from "./systemd.ts";
export { type Running, startAll, type UpLinks, type UpOptions } from "./up.ts";
export { type WrittenDeployment, writeDeployment } from "./write.ts";
