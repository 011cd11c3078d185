import { join } from "node:path";
import type { Alarm } from "#alarms";
import { callControl } from "#control";
import type { CoreTunnelRow, CoreTunnels } from "#core";
import type { AlarmLists } from "#operations";
import type { Deployment, Lab, RoleName } from "../lab/index.ts";

/** Between two looks, ms: what is measured in seconds is seen as exact as this. */
const LOOK_EVERY_MS = 50;

/** What a role's status page shows, asked for at its control socket. */
export class RoleStatus {
  readonly #lab: Lab;
  readonly #deployment: Deployment;
  readonly #known = new Set<string>();

  constructor({ lab, deployment }: { readonly lab: Lab; readonly deployment: Deployment }) {
    this.#lab = lab;
    this.#deployment = deployment;
  }

  get<T>(role: RoleName, path: string): Promise<T> {
    return this.#call(role, "GET", path);
  }

  post<T>(role: RoleName, path: string, body: unknown = {}): Promise<T> {
    return this.#call(role, "POST", path, body);
  }

  #call<T>(role: RoleName, method: "GET" | "POST", path: string, body?: unknown): Promise<T> {
    return callControl<T>(join(this.#deployment.dir, role, "run", "control.sock"), method, path, body);
  }

  /** Resolves with the first answer that is a good one; a role that is just being started is asked again. */
  async until<T>(role: RoleName, path: string, good: (answer: T) => boolean, withinMs = 15_000): Promise<T> {
    let last: unknown = "nothing";
    for (const deadline = Date.now() + withinMs; ; await this.#lab.scope.sleep(LOOK_EVERY_MS)) {
      try {
        const answer = await this.get<T>(role, path);
        if (good(answer)) return answer;
        last = answer;
      } catch (error) {
        last = String(error);
      }
      if (Date.now() > deadline)
        throw new Error(`${role} ${path}: not within ${withinMs} ms; the last answer: ${JSON.stringify(last)}`);
    }
  }

  /** Resolves with an alarm of that type, whose text matches, as soon as it is raised. */
  async raised(role: RoleName, type: string, text = /./, withinMs = 15_000): Promise<Alarm> {
    const find = ({ current }: AlarmLists) => current.find((one) => one.type === type && text.test(one.text));
    return find(await this.until<AlarmLists>(role, "/api/alarms", (lists) => find(lists) !== undefined, withinMs))!;
  }

  /** As `raised`, but it may be over already: some faults mend themselves in less than a look. */
  async wasRaised(role: RoleName, type: string, text = /./, withinMs = 15_000): Promise<Alarm> {
    const find = ({ current, past }: AlarmLists) =>
      [...current, ...past].find((one) => one.type === type && text.test(one.text));
    return find(await this.until<AlarmLists>(role, "/api/alarms", (lists) => find(lists) !== undefined, withinMs))!;
  }

  async noAlarm(role: RoleName, type: string, withinMs = 15_000): Promise<void> {
    const none = ({ current }: AlarmLists) => current.every((one) => one.type !== type);
    await this.until<AlarmLists>(role, "/api/alarms", none, withinMs);
  }

  /** Takes the alarms that are raised now, such as that of a private authority, for no news. */
  async learn(): Promise<void> {
    for (const role of this.#deployment.roles) {
      const { current } = await this.get<AlarmLists>(role, "/api/alarms");
      for (const { text } of current) this.#known.add(`${role} ${text}`);
    }
  }

  /** Resolves when no alarm of the role is left but those that `learn` has found. */
  async cleared(role: RoleName, withinMs = 15_000): Promise<void> {
    const none = ({ current }: AlarmLists) => current.every(({ text }) => this.#known.has(`${role} ${text}`));
    await this.until<AlarmLists>(role, "/api/alarms", none, withinMs);
  }

  /** Resolves with the milliseconds until every row of the core's tunnel table is active. */
  async tunnelsBack(of: (row: CoreTunnelRow) => boolean = () => true, withinMs = 15_000): Promise<number> {
    const began = performance.now();
    const good = ({ tunnels }: CoreTunnels) =>
      tunnels.length > 0 && tunnels.every((row) => row.status === "active" && of(row));
    await this.until<CoreTunnels>("core", "/api/tunnels", good, withinMs);
    return performance.now() - began;
  }
}
