import { z } from "zod";
import { type AdminRoute, notFound, readBody } from "#admin-http";
import { formatAddress } from "#base";
import { type JoinHostRow, joinHostName } from "#proxy";
import type { CoreConfig } from "../config.ts";
import type { JoinHostsAnswer, JoinHostView, TargetView } from "./answers.ts";
import type { CoreRouteDeps } from "./deps.ts";

const fields = {
  enabled: z.boolean().optional(),
  whip: z.boolean().optional(),
  automaticRules: z.boolean().optional(),
  /** "host:port", or "" for DNS. */
  target: z.string().max(300).optional(),
  /** PEM files on the core's machine; "" for the system's authorities. */
  ca: z.string().max(1000).optional(),
  certificate: z.string().max(1000).optional(),
  revision: z.string().max(100).optional(),
};
const addBody = z.strictObject({ host: joinHostName(), ...fields });
const changeBody = z.strictObject(fields);
const switchBody = z.strictObject({ enabled: z.boolean(), revision: z.string().max(100).optional() });
const revisionQuery = z.object({ revision: z.string().max(100).optional() });

/** Configuration > Unified Communications > Meeting Server: guest account client URIs and what they resolve to. */
export function joinHostRoutes(deps: CoreRouteDeps): readonly AdminRoute[] {
  const { desk, proxy } = deps;
  const at = (host: string) => {
    const index = desk.read().joinHosts.findIndex((one) => one.host === host);
    if (index < 0) throw notFound(`join host ${host}`, "`turnpike join-hosts list` lists those there are");
    return index;
  };
  const answer = () => joinHosts(deps);
  return [
    { method: "GET", path: "/api/join-hosts", run: answer },
    {
      method: "POST",
      path: "/api/join-hosts",
      run: async ({ body }) => {
        const { revision, ...entry } = readBody(addBody, body);
        const { joinHosts: entries } = desk.read();
        await desk.change([{ path: ["joinHosts", entries.length], value: written(entry) }], revision);
        return answer();
      },
    },
    {
      method: "PUT",
      path: "/api/join-hosts/:host",
      run: async ({ params, body }) => {
        const { revision, ...change } = readBody(changeBody, body);
        const index = at(params.host!);
        const changes = Object.entries(change).map(([key, value]) => {
          return { path: ["joinHosts", index, key], value: value === "" ? undefined : value };
        });
        await desk.change(changes, revision);
        return answer();
      },
    },
    {
      method: "DELETE",
      path: "/api/join-hosts/:host",
      run: async ({ params, query }) => {
        const { revision } = readBody(revisionQuery, query);
        await desk.change([{ path: ["joinHosts", at(params.host!)], value: undefined }], revision);
        return answer();
      },
    },
    {
      method: "POST",
      path: "/api/join-hosts/:host/check",
      run: async ({ params }) => {
        at(params.host!);
        await proxy.check(params.host!);
        return answer();
      },
    },
    {
      method: "PUT",
      path: "/api/join-hosts-enabled",
      run: async ({ body }) => {
        const { enabled, revision } = readBody(switchBody, body);
        await desk.change([{ path: ["enabled"], value: enabled }], revision);
        return answer();
      },
    },
  ];
}

/** Without what is left empty. */
function written(entry: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined && value !== ""));
}

function joinHosts({ ground, proxy, desk, keeper }: CoreRouteDeps): JoinHostsAnswer {
  const { enabled, joinHosts: entries } = keeper.config;
  const rows = new Map(proxy.status().joinHosts.map((row) => [row.host, row]));
  return {
    now: ground.clock.now(),
    enabled,
    revision: desk.revision,
    joinHosts: entries.map((entry) => viewOf(entry, rows.get(entry.host))),
  };
}

function viewOf(entry: CoreConfig["joinHosts"][number], row: JoinHostRow | undefined): JoinHostView {
  const { host, enabled, whip, automaticRules, target, ca, certificate } = entry;
  return {
    ...{ host, enabled, whip, automaticRules, source: row?.source ?? "none" },
    target: target && formatAddress(target),
    trust: ca ? "authorities" : certificate ? "pinned" : "system",
    trustFile: ca ?? certificate,
    lookedUpAt: row?.lookup.at,
    nextLookupAt: row?.lookup.nextAt,
    lookupError: row?.lookup.error,
    targets: (row?.targets ?? []).map((one): TargetView => {
      const { name, address, priority, weight, rttMs, nextProbeAt, requests, state } = one;
      return {
        ...{ name, address, status: state, priority, weight, rttMs, nextProbeAt, requests },
        since: one.state === "unknown" ? undefined : one.since,
        lastError: one.state === "failed" ? one.lastError : undefined,
      };
    }),
  };
}
