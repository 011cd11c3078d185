export { type Deployment, STANDARD_PORTS } from "./deployment.ts";
export { type WrittenDeployment, writeDeployment } from "./write.ts";
