import { CALL_ROUTES } from "./calls/routes.ts";
import type { Route } from "./http/route.ts";
import { LACKING_ROUTES } from "./lacking.ts";
import { openApi } from "./openapi.ts";
import { STORED_ROUTES } from "./stored/routes.ts";
import { INVITATION_ROUTES } from "./stored/spaces.ts";
import { CDR_RECEIVER_ROUTE } from "./system/cdr-receiver.ts";
import { LDAP_SYNC_ROUTES } from "./system/ldap-syncs.ts";
import { QUERY_ROUTES } from "./system/queries.ts";
import { SERVER_ROUTES } from "./system/server-status.ts";
import { SYSTEM_ROUTES } from "./system/status.ts";
/** All that the API knows. */
export const ROUTES: readonly Route[] = [
  ...STORED_ROUTES,
  ...INVITATION_ROUTES,
  ...CALL_ROUTES,
  ...SYSTEM_ROUTES,
  ...SERVER_ROUTES,
  ...QUERY_ROUTES,
  ...LDAP_SYNC_ROUTES,
  CDR_RECEIVER_ROUTE,
  ...LACKING_ROUTES,
  {
    path: "openapi.json",
    methods: { GET: () => ({ kind: "json", document: openApi(ROUTES) }) },
    help: "This API as an OpenAPI 3.1 document.",
    extension: true,
  },
];
