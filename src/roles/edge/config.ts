import { z } from "zod";
import { adminSection } from "#admin-http";
import { logSection, type TransportAddress } from "#base";
import { controlSection } from "#control";
import type { Listener } from "#listeners";
import { joinHostName, webSection } from "#proxy";
import { tunnelSection } from "#tunnel";
import { listenersOf, turnSection } from "#turn";

/** edge.yaml. */
export const edgeConfig = z.strictObject({
  joinHosts: z.array(joinHostName()).min(1).describe("public names under which guests join"),
  web: webSection.describe("HTTPS towards the Internet"),
  tunnel: tunnelSection.describe("SSH from the cores"),
  turn: turnSection.describe("relays for media"),
  control: controlSection.describe("the command line's way to the running edge"),
  admin: adminSection.optional().describe("administration over HTTPS; off if left out"),
  log: logSection.describe("what is printed on standard error"),
});

export type EdgeConfig = z.output<typeof edgeConfig>;

/** Every socket that the role will open, by its key. */
export function edgeListeners({ turn, ...rest }: EdgeConfig): readonly Listener[] {
  return [
    ...ownListeners(rest),
    ...listenersOf(turn).flatMap((where) =>
      where.transports.map((transport): Listener => {
        const key = where.transports.includes("tls") ? "turn.tlsListen" : "turn.listen";
        return { key, transport: transport === "udp" ? "udp" : "tcp", where };
      }),
    ),
  ];
}

/** Those that are not TURN's. No peer of a relay may be one of them. */
export function neverPeers(config: EdgeConfig): readonly TransportAddress[] {
  return ownListeners(config).map(({ where }) => where);
}

function ownListeners({ web, tunnel, admin }: Pick<EdgeConfig, "web" | "tunnel" | "admin">): readonly Listener[] {
  const tcp = (key: string, where: TransportAddress): Listener => ({ key, transport: "tcp", where });
  return [
    tcp("web.listen", web.listen),
    ...(web.redirectListen ? [tcp("web.redirectListen", web.redirectListen)] : []),
    tcp("tunnel.listen", tunnel.listen),
    ...(admin ? [tcp("admin.listen", admin.listen)] : []),
  ];
}
