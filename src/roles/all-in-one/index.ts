export { type Deployment, STANDARD_PORTS } from "./deployment.ts";
export { upErrors } from "./errors.ts";
export { type Running, startAll, type UpLinks, type UpOptions } from "./up.ts";
export { type WrittenDeployment, writeDeployment } from "./write.ts";
