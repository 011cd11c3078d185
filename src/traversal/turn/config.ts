import { readFileSync } from "node:fs";
import { z } from "zod";
import { hostPort, ipAddress, parsePrefix, path, portRange, textOf } from "#base";
import { fail } from "./errors.ts";
import type { TurnServerOptions } from "./options.ts";

const role = z.enum(["guest", "bridge"]);

/** Kept as text, since it crosses to the worker process. */
const prefixText = z.string().refine((text) => parsePrefix(text) !== undefined, {
  error: "not an address or prefix, such as 10.0.0.0/8",
});

const user = z.strictObject({
  username: z.string().min(1).max(500).describe("name that the client sends"),
  passwordFile: path().describe("file that holds the password"),
  role: role.describe("what the user may reach: guest or bridge"),
});

const relaySection = z
  .strictObject({
    address: ipAddress().describe("IPv4 address of this machine that relay sockets are bound to"),
    advertised: ipAddress().optional().describe("IPv4 address by which peers reach it through a static NAT"),
    ports: portRange().default({ first: 24000, last: 29999 }).describe("UDP ports of relays"),
  })
  .refine(({ address, advertised }) => !`${address}${advertised}`.includes(":"), {
    error: "relays are IPv4: give an IPv4 address",
  });

const allowPeers = z
  .strictObject({
    guest: z.array(prefixText).default([]).describe("prefixes that guests may reach besides the relays of bridges"),
    bridge: z.array(prefixText).default([]).describe("prefixes that bridges may reach besides public addresses"),
  })
  .prefault({});

/** The `turn` block of edge.yaml. */
export const turnSection = z.strictObject({
  listen: z.array(hostPort(3478)).min(1).describe("addresses for clients, UDP and TCP on each"),
  relay: relaySection.describe("where relayed packets leave and arrive"),
  realm: z.string().min(1).max(127).default("turnpike").describe("realm of the long-term credential mechanism"),
  sharedSecretFile: path().optional().describe("file with the secret of short-term credentials, one per line"),
  users: z.array(user).default([]).describe("local users with a lasting password"),
  defaultRole: role.default("guest").describe("role of short-term user names that name none"),
  unauthenticatedBinding: z.boolean().default(false).describe("answer STUN Binding without credentials"),
  allowPeers: allowPeers.describe("prefixes that a role may reach besides its default"),
  maxAllocationsPerUser: z.int().min(1).default(12).describe("allocations that one user may hold"),
  maxAllocations: z.int().min(1).default(1800).describe("allocations in all"),
});

/** Reads the secret files. Throws TURN_NO_CREDENTIALS or TURN_SECRET_UNREADABLE. */
export function turnOptions(section: z.output<typeof turnSection>): TurnServerOptions {
  const { sharedSecretFile, users, relay, ...rest } = section;
  if (!sharedSecretFile && users.length === 0) throw fail("TURN_NO_CREDENTIALS");
  return {
    ...rest,
    relay: { ...relay, advertised: relay.advertised ?? relay.address },
    sharedSecrets: sharedSecretFile ? linesOf("turn.sharedSecretFile", sharedSecretFile) : [],
    users: users.map(({ passwordFile, ...named }, i) => ({
      ...named,
      password: linesOf(`turn.users.${i}.passwordFile`, passwordFile)[0]!,
    })),
  };
}

function linesOf(key: string, file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw fail("TURN_SECRET_UNREADABLE", { key, file, why: textOf(error) });
  }
  const lines = text.split("\n").map((line) => line.trim());
  const filled = lines.filter((line) => line !== "");
  if (filled.length === 0) throw fail("TURN_SECRET_UNREADABLE", { key, file, why: "it is empty" });
  return filled;
}
