import { z } from "zod";
import { canonicalAddress, parseHostPort, parsePrefix } from "../addresses.ts";

/** "host:port" or "[v6]:port"; becomes { address, port }. */
export const hostPort = (defaultPort?: number) =>
  z.string().transform((text, context) => {
    const parsed = parseHostPort(text, defaultPort);
    if (parsed) return parsed;
    context.addIssue({ code: "custom", message: `"${text}" is not host:port, such as 192.0.2.1:3478` });
    return z.NEVER;
  });

/** A literal IPv4 or IPv6 address. */
export const ipAddress = () =>
  z.string().transform((text, context) => {
    const address = canonicalAddress(text);
    if (address) return address;
    context.addIssue({ code: "custom", message: `"${text}" is not an IP address` });
    return z.NEVER;
  });

/** "10.0.0.0/8" or a lone address. */
export const prefix = () =>
  z.string().transform((text, context) => {
    const parsed = parsePrefix(text);
    if (parsed) return parsed;
    context.addIssue({ code: "custom", message: `"${text}" is not an address or prefix, such as 10.0.0.0/8` });
    return z.NEVER;
  });

/** "24000-29999": first and last port, both included. */
export const portRange = () =>
  z.string().transform((text, context) => {
    const match = /^(\d{1,5})-(\d{1,5})$/.exec(text);
    const [first, last] = [Number(match?.[1]), Number(match?.[2])];
    if (match && first >= 1024 && last <= 65535 && first <= last) return { first, last };
    context.addIssue({
      code: "custom",
      message: `"${text}" is not a port range between 1024 and 65535, such as 24000-29999`,
    });
    return z.NEVER;
  });

/** A path; relative ones are relative to the config file. Marked so that the loader resolves it. */
export const path = () => z.string().min(1).meta({ path: true });

/** A path as above, or a URL, which stays as it is. */
export const location = () => z.string().min(1).meta({ path: true });

export const logSection = z
  .strictObject({
    level: z.enum(["debug", "info", "warn", "error"]).default("info").describe("least level that is printed"),
  })
  .prefault({});
