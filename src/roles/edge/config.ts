import { z } from "zod";
import { logSection } from "#base";
import type { Listener } from "#listeners";
import { joinHostName, webSection } from "#proxy";
import { tunnelSection } from "#tunnel";
import { turnSection } from "#turn";

/** edge.yaml. */
export const edgeConfig = z.strictObject({
  joinHosts: z.array(joinHostName()).min(1).describe("public names under which guests join"),
  web: webSection.describe("HTTPS towards the Internet"),
  tunnel: tunnelSection.describe("SSH from the cores"),
  turn: turnSection.describe("relays for media"),
  log: logSection.describe("what is printed on standard error"),
});

export type EdgeConfig = z.output<typeof edgeConfig>;

/** Every socket that the role will open, by its key. */
export function edgeListeners({ web, tunnel, turn }: EdgeConfig): readonly Listener[] {
  const tcp = (key: string, where: Listener["where"]): Listener => ({ key, transport: "tcp", where });
  return [
    tcp("web.listen", web.listen),
    ...(web.redirectListen ? [tcp("web.redirectListen", web.redirectListen)] : []),
    tcp("tunnel.listen", tunnel.listen),
    ...turn.listen.flatMap((where): Listener[] => [
      tcp("turn.listen", where),
      { key: "turn.listen", transport: "udp", where },
    ]),
  ];
}
