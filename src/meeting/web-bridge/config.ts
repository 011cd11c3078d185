import { z } from "zod";
import { hostPort, path, prefix } from "#base";
import { webBridgeLinkSection } from "#bridge-link";

/** `webBridge` of meeting-server.yaml. */
export const webBridgeSection = z.strictObject({
  listen: hostPort(443).describe("address and TCP port for HTTPS and WSS, from browsers inside and from the core"),
  certificate: path().describe("the Web Bridge's certificate for browsers and the core (PEM, its chain may follow)"),
  key: path().describe("its private key (PEM)"),
  link: webBridgeLinkSection.describe("where Call Bridges dial in"),
  trustedProxies: z
    .array(prefix())
    .default([])
    .describe("addresses or prefixes of the cores, whose Forwarded header names the guest's address"),
  app: path().optional().describe("folder of the built meeting app; the one of this installation if left out"),
});

export type WebBridgeConfig = z.output<typeof webBridgeSection>;
