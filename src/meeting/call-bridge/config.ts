import { z } from "zod";
import { hostPort, ipAddress, path } from "#base";
import { callBridgeLinkSection, webBridgesSection } from "#bridge-link";

const port = (text: string) => z.int().min(1).max(65535).describe(text);

/** One entry of `callBridge.turnServers`: a coSpace's turnServer of the CMS API. */
export const turnServerSection = z
  .strictObject({
    serverAddress: z.string().min(1).describe("address or name at which the Call Bridge reaches the TURN server"),
    port: port("its port").default(3478),
    transport: z.enum(["udp", "tcp"]).default("udp").describe("transport of the Call Bridge's own allocation"),
    clientAddress: z.string().min(1).describe("address or name at which guests reach it"),
    tcpPortNumberOverride: port("port for guests that use TCP, if it is another one").optional(),
    sharedSecretFile: path().describe("file with the secret that edge.yaml names too (secret)").optional(),
    username: z.string().min(1).describe("static user name, instead of a shared secret").optional(),
    passwordFile: path().describe("file with its password (secret)").optional(),
  })
  .refine(oneKindOfCredentials, "needs either sharedSecretFile, or username and passwordFile");

export const mediaSection = z.strictObject({
  listen: hostPort(0).describe("inside address and UDP port of the media workers; port 0 takes any free one"),
  advertised: ipAddress().describe("address told to inside participants, if it is not the one listened on").optional(),
  workers: z.int().min(1).max(64).default(1).describe("media worker processes; a call lives on one of them"),
});

/** `callBridge` of meeting-server.yaml. */
export const callBridgeSection = z.strictObject({
  name: z.string().min(1).max(64).describe("name of this Call Bridge in logs and on status pages"),
  webBridges: webBridgesSection.describe("Web Bridges that it dials"),
  link: callBridgeLinkSection.describe("what it shows when it dials"),
  media: mediaSection.describe("where media flows"),
  turnServers: z.array(turnServerSection).max(16).default([]).describe("edges whose TURN serves guests outside"),
});

export type CallBridgeConfig = z.output<typeof callBridgeSection>;
export type TurnServerConfig = z.output<typeof turnServerSection>;

function oneKindOfCredentials(server: {
  sharedSecretFile?: string | undefined;
  username?: string | undefined;
  passwordFile?: string | undefined;
}): boolean {
  const isStatic = server.username !== undefined && server.passwordFile !== undefined;
  const isPartlyStatic = server.username !== undefined || server.passwordFile !== undefined;
  return server.sharedSecretFile === undefined ? isStatic : !isPartlyStatic;
}
