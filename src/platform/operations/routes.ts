import type { AdminRoute } from "#admin-http";
import type { Alarms } from "#alarms";
import type { Clock } from "#base";
import type { AlarmLists, RoleAnswer } from "./answers.ts";
import { type EventRouteDeps, eventRoutes } from "./events.ts";

export interface OperationDeps extends EventRouteDeps {
  readonly role: RoleAnswer["role"];
  /** As the administrator calls this machine. */
  readonly name: string;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly alarms: Alarms;
  readonly clock: Clock;
}

/** What the administration of every role answers. */
export function operationRoutes(deps: OperationDeps): readonly AdminRoute[] {
  const { role, name, version, startedAt, alarms, clock } = deps;
  return [
    {
      method: "GET",
      path: "/api/role",
      run: (): RoleAnswer => ({ role, name, version, startedAt, now: clock.now() }),
    },
    {
      method: "GET",
      path: "/api/alarms",
      run: (): AlarmLists => ({ now: clock.now(), current: alarms.current(), past: alarms.past() }),
    },
    ...eventRoutes(deps),
  ];
}
