import type { CoreTunnels } from "#core";
import { type CoreOptions, coreControl, print } from "./core-control.ts";
import { tunnelsText } from "./tunnels-text.ts";

/** Exit code 1 while one has failed. */
export async function list(options: CoreOptions): Promise<void> {
  const answer = await coreControl(options)<CoreTunnels>("GET", "/api/tunnels");
  print(options, answer, (look) => tunnelsText(answer, look));
  if (answer.tunnels.some(({ status }) => status === "failed")) process.exitCode = 1;
}

export async function retry(options: CoreOptions): Promise<void> {
  const answer = await coreControl(options)<CoreTunnels>("POST", "/api/tunnels/retry");
  print(options, answer, (look) => `Those that failed are dialled now.\n${tunnelsText(answer, look)}`);
}
