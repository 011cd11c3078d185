export { type Account as AdministratorAccount, readAccounts as readAdministrators } from "./accounts/file.ts";
export {
  addAdministrator,
  removeAdministrator,
  resetAdministratorTotp,
  setAdministratorPassword,
} from "./accounts/manage.ts";
export { hashPassword } from "./accounts/password.ts";
export { type AuditEntry, type AuditTrail, openAuditTrail } from "./audit.ts";
export { type AdminConfig, adminSection } from "./config.ts";
export type { AdminGuard, Administrator, AdminPlugin, AdminRole } from "./contract.ts";
export type { Download } from "./download.ts";
export { type AdminFailure, adminErrors, failureOf, LimitError, notFound } from "./errors.ts";
export {
  type AdminCall,
  type AdminDoor,
  type AdminRoute,
  type AdminSources,
  type Asker,
  adminRoutes,
  answerUnknown,
  type Needs,
  readBody,
} from "./routes.ts";
export { type AdminServer, startAdminServer } from "./server.ts";
export type { StreamEvent } from "./streams.ts";
