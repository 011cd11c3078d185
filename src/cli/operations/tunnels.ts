import type { CoreTunnels } from "#core";
import type { EdgeTunnels } from "#edge";
import { print, type RoleOptions, roleControl, type ShowOptions, show } from "#role-control";
import { coreTunnelsText } from "./core-tunnels-text.ts";
import { edgeTunnelsText } from "./edge-tunnels-text.ts";

/** Exit code 1 while one has failed, or no core is connected. */
export async function list(options: ShowOptions): Promise<void> {
  const { role, ask } = roleControl(options, ["core", "edge"]);
  if ((await role()).role === "core") {
    const { tunnels } = await show(options, () => ask<CoreTunnels>("GET", "/api/tunnels"), coreTunnelsText);
    if (tunnels.some(({ status }) => status === "failed")) process.exitCode = 1;
  } else {
    const { connections } = await show(options, () => ask<EdgeTunnels>("GET", "/api/tunnels"), edgeTunnelsText);
    if (connections.length === 0) process.exitCode = 1;
  }
}

export async function retry(options: RoleOptions): Promise<void> {
  const answer = await roleControl(options, ["core"]).ask<CoreTunnels>("POST", "/api/tunnels/retry");
  print(options, answer, (look) => `Those that failed are dialled now.\n${coreTunnelsText(answer, look)}`);
}
