import { z } from "zod";
import { adminSection } from "#admin-http";
import { location, logSection, path } from "#base";
import { callBridgeSection } from "#call-bridge";
import { controlSection } from "#control";
import { dnsSection } from "#dns";
import { eventLogSection } from "#event-log";
import type { Listener } from "#listeners";
import { signInSection } from "#sign-in";
import { webBridgeSection } from "#web-bridge";

/** meeting-server.yaml */
export const meetingServerConfig = z.strictObject({
  storage: location().describe(
    "where spaces, users and settings are kept: an SQLite file (made if there is none), or postgres://user@host/database",
  ),
  storageKeyFile: path()
    .default("secrets/storage-key")
    .describe("key with which passcodes and shared secrets are stored encrypted; made if there is none"),
  storagePasswordFile: path().optional().describe("file with the password of the PostgreSQL user"),
  joinHost: z
    .string()
    .regex(/^[^\s/]+$/, "must be a host name, with :port if it is not 443")
    .describe("public name of the meetings, for links: host or host:port"),
  callBridge: callBridgeSection,
  webBridge: webBridgeSection,
  signIn: signInSection.prefault({}).describe("sign-in of users"),
  dns: dnsSection.describe("how names are resolved"),
  eventLog: eventLogSection.describe("the event log that administrators read"),
  callRecords: path().default("call-records").describe("folder of records that wait for their receivers"),
  control: controlSection.describe("the command line's way to the running meeting server"),
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
