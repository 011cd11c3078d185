import { z } from "zod";
import { hostPort, path } from "#base";

/** `callBridge.link`: what a Call Bridge shows when it dials. */
export const callBridgeLinkSection = z.strictObject({
  certificate: path().describe("the Call Bridge's own link certificate (PEM)"),
  key: path().describe("its private key (PEM)"),
  trust: path()
    .default("trust/web-bridges")
    .describe("folder with the link certificates (PEM) of the Web Bridges, exactly these"),
});

/** `webBridge.link`: where a Web Bridge waits for Call Bridges, and which. */
export const webBridgeLinkSection = z.strictObject({
  listen: hostPort(9999).describe("address and TCP port where Call Bridges dial"),
  certificate: path().describe("the Web Bridge's own link certificate (PEM)"),
  key: path().describe("its private key (PEM)"),
  trust: path()
    .default("trust/call-bridges")
    .describe("folder with the link certificates (PEM) of the Call Bridges that may connect, exactly these"),
});
