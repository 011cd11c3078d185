import { z } from "zod";
import { type AdminRoute, notFound, readBody } from "#admin-http";
import type { StoredObject } from "#storage";
import type { Calls, TurnServerList, UserList, WebBridgeList } from "./answers.ts";
import type { AdminRouteDeps } from "./deps.ts";

const listQuery = z.strictObject({
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(20),
  filter: z.string().max(200).default(""),
});

/** What is there now, each in one answer, so that a page that asks every two seconds asks once. */
export function listRoutes(deps: AdminRouteDeps): readonly AdminRoute[] {
  const { calls, turnServers, clock } = deps;
  const turnServerList = (): TurnServerList => ({
    now: clock.now(),
    turnServers: turnServers.all(),
    noMedia: turnServers.failure(),
  });
  return [
    {
      method: "GET",
      path: "/api/calls",
      run: (): Calls => ({
        now: clock.now(),
        calls: calls.calls(),
        participants: calls.participants(),
        callLegs: calls.callLegs(),
      }),
    },
    { method: "GET", path: "/api/turn-servers", run: turnServerList },
    {
      method: "POST",
      path: "/api/turn-servers/:id/probe",
      run: async ({ params }) => {
        const status = await turnServers.probe(String(params.id));
        if (!status) throw notFound("such TURN server", "reload the list: it may have been deleted");
        return status;
      },
    },
    { method: "GET", path: "/api/web-bridges", run: () => webBridges(deps) },
    { method: "GET", path: "/api/users", run: ({ query }) => users(deps, query) },
  ];
}

async function webBridges({ storage, links, clock }: AdminRouteDeps): Promise<WebBridgeList> {
  const { objects } = await storage.list("webBridge");
  const byId = new Map(links().map((link) => [link.id, link]));
  return {
    now: clock.now(),
    webBridges: objects.map(({ id, fields }) => {
      return { id, url: String(fields.url ?? ""), link: byId.get(id) };
    }),
  };
}

async function users({ storage }: AdminRouteDeps, query: Readonly<Record<string, unknown>>): Promise<UserList> {
  const { offset, limit, filter } = readBody(listQuery, query);
  const { total, objects } = await storage.list("user", { offset, limit, ...(filter ? { filter } : {}) });
  return { total, users: objects.map(userRow) };
}

/** Names only: no password hash leaves the storage this way. */
function userRow({ id, fields }: StoredObject): UserList["users"][number] {
  const text = (name: string) => (fields[name] === undefined ? "" : String(fields[name]));
  return { id, userJid: text("userJid"), name: text("name"), email: text("email"), source: text("source") || "local" };
}
