import { z } from "zod";
import { hostPort, path } from "#base";

/** The public name of a Web Bridge, in lower case. */
export const joinHostName = () =>
  z
    .string()
    .max(253)
    .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i, "not a host name")
    .transform((name) => name.toLowerCase());

/** The edge's `web:` section. */
export const webSection = z.strictObject({
  listen: hostPort(443).default({ address: "0.0.0.0", port: 443 }).describe("where guests' browsers connect, TCP"),
  redirectListen: hostPort(80).optional().describe("plain HTTP that only redirects to HTTPS, TCP"),
  certificate: path().describe("PEM certificate for the join hosts, chain included"),
  key: path().describe("PEM private key of the certificate"),
});

/** One row of the core's `joinHosts:`. */
export const joinHostEntry = z
  .strictObject({
    host: joinHostName().describe("public name under which guests join"),
    target: hostPort(443)
      .optional()
      .describe("where its Web Bridge is; without it DNS says (SRV _cms-web._tls, else A/AAAA)"),
    ca: path()
      .optional()
      .describe("PEM authorities that may have signed the Web Bridge's certificate; without it the system's"),
    certificate: path().optional().describe("the Web Bridge's exact PEM certificate, instead of `ca`"),
  })
  .refine(({ ca, certificate }) => !ca || !certificate, {
    message: "give `ca` or `certificate`, not both",
    path: ["ca"],
  });
