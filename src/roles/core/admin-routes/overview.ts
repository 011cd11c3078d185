import type { TunnelRow } from "#tunnel";
import type { CoreOverview, FailureView } from "./answers.ts";
import type { CoreRouteDeps } from "./deps.ts";

export async function overview({ ground, keeper, trouble, status }: CoreRouteDeps): Promise<CoreOverview> {
  const { clock, version, startedAt, alarms } = ground;
  const { tunnels, joinHosts, web, allowList } = status();
  return {
    ...{ now: clock.now(), name: keeper.config.name, version, startedAt },
    alarms: alarms.current(),
    recent: await trouble.read(),
    edges: [...Map.groupBy(tunnels, ({ target }) => target)].map(([target, rows]) => edgeOf(target, rows)),
    joinHosts: joinHosts.map(({ host, enabled, targets, lookup }) => {
      const active = targets.filter(({ state }) => state === "active").length;
      const failed = targets.find((one) => one.state === "failed");
      const why = active > 0 ? undefined : (failed?.lastError ?? lookup.error?.message);
      return { host, enabled, targets: targets.length, active, why };
    }),
    web: {
      requests: web.requests,
      refused: Object.values(web.refused).reduce((sum, count) => sum + count, 0),
      webSockets: web.openWebSockets,
    },
    allowList: { rules: allowList.rules.length, refused: allowList.refused },
  };
}

function edgeOf(target: string, rows: readonly TunnelRow[]): CoreOverview["edges"][number] {
  const active = rows.filter((row) => row.state === "active");
  const rtts = active.flatMap(({ rttMs }) => rttMs ?? []);
  const failed = rows.find((row) => row.state === "failed");
  return {
    target,
    connections: rows.length,
    active: active.length,
    rttMs: rtts.length > 0 ? Math.min(...rtts) : undefined,
    lastError: failed?.lastError satisfies FailureView | undefined,
  };
}
