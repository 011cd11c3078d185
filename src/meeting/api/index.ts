export { FAILURES } from "./http/failure-codes.ts";
export type { Method, Route } from "./http/route.ts";
export { openApi, templateOf } from "./openapi.ts";
export type { ApiOptions } from "./options.ts";
export { apiPlugin } from "./plugin.ts";
export { ROUTES } from "./routes.ts";
