export { hashPassword } from "./accounts.ts";
export { type AdminConfig, adminSection } from "./config.ts";
export { type AdminFailure, adminErrors, notFound } from "./errors.ts";
export type { StatusCell, StatusPage, StatusSection } from "./page.ts";
export {
  type AdminCall,
  type AdminRoute,
  type AdminSources,
  adminRoutes,
  readBody,
  type StatusSource,
} from "./routes.ts";
export { startAdminServer } from "./server.ts";
