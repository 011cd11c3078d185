import { z } from "zod";
import { hostPort, path } from "#base";
import { parseC2wUrl } from "./call-bridge-end/dial.ts";

/** `callBridge.webBridges`: the Web Bridges that a Call Bridge dials. */
export const webBridgesSection = z
  .array(
    z.strictObject({
      url: z
        .string()
        .refine((url) => parseC2wUrl(url) !== undefined, "must be c2w://host:port, such as c2w://10.0.0.10:9999")
        .describe("where the Web Bridge listens for links: c2w://host:port"),
      certificate: path().describe("the Web Bridge's own link certificate (PEM), pinned exactly"),
    }),
  )
  .min(1);

/** `callBridge.link`: what a Call Bridge shows when it dials. */
export const callBridgeLinkSection = z.strictObject({
  certificate: path().describe("the Call Bridge's own link certificate (PEM)"),
  key: path().describe("its private key (PEM)"),
});

/** `webBridge.link`: where a Web Bridge waits for Call Bridges, and which. */
export const webBridgeLinkSection = z.strictObject({
  listen: hostPort(9999).describe("address and TCP port where Call Bridges dial"),
  certificate: path().describe("the Web Bridge's own link certificate (PEM)"),
  key: path().describe("its private key (PEM)"),
  trust: z.array(path()).min(1).describe("link certificates (PEM) of the Call Bridges that may connect, exactly these"),
});
