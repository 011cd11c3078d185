import { z } from "zod";
import { hostPort, ipAddress } from "#base";
import { callBridgeLinkSection } from "#bridge-link";

export const mediaSection = z.strictObject({
  listen: hostPort(0).describe("inside address and UDP port of the media workers; port 0 takes any free one"),
  advertised: ipAddress().describe("address told to inside participants, if it is not the one listened on").optional(),
  workers: z.int().min(1).max(64).default(1).describe("media worker processes; a call lives on one of them"),
});

/** `callBridge` of meeting-server.yaml. */
export const callBridgeSection = z.strictObject({
  name: z.string().min(1).max(64).describe("name of this Call Bridge in logs and on status pages"),
  link: callBridgeLinkSection.describe("what it shows when it dials"),
  media: mediaSection.describe("where media flows"),
});

export type CallBridgeConfig = z.output<typeof callBridgeSection>;
