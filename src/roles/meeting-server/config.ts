import { z } from "zod";
import { adminSection } from "#admin-http";
import { logSection, path } from "#base";
import { callBridgeSection } from "#call-bridge";
import type { Listener } from "#listeners";
import { webBridgeSection } from "#web-bridge";

/** meeting-server.yaml */
export const meetingServerConfig = z.strictObject({
  storage: path().describe("the SQLite file with spaces and keys; made if there is none"),
  joinHost: z
    .string()
    .regex(/^[^\s/]+$/, "must be a host name, with :port if it is not 443")
    .describe("public name of the meetings, for links: host or host:port"),
  callBridge: callBridgeSection,
  webBridge: webBridgeSection,
  admin: adminSection,
  log: logSection,
});

export type MeetingServerConfig = z.output<typeof meetingServerConfig>;

/** What it will open, by the key that says so. */
export function meetingServerListeners({ callBridge, webBridge, admin }: MeetingServerConfig): readonly Listener[] {
  const { listen } = callBridge.media;
  const media = Array.from({ length: callBridge.media.workers }, (_, i): Listener => {
    const port = listen.port === 0 ? 0 : listen.port + i;
    return { key: "callBridge.media.listen", transport: "udp", where: { address: listen.address, port } };
  });
  return [
    { key: "webBridge.listen", transport: "tcp", where: webBridge.listen },
    { key: "webBridge.link.listen", transport: "tcp", where: webBridge.link.listen },
    { key: "admin.listen", transport: "tcp", where: admin.listen },
    ...media,
  ];
}
