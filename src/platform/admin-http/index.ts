export { hashPassword } from "./accounts.ts";
export { type AdminConfig, adminSection } from "./config.ts";
export { adminErrors } from "./errors.ts";
export type { StatusCell, StatusPage, StatusSection } from "./page.ts";
export { type StatusSource, startAdminServer } from "./server.ts";
