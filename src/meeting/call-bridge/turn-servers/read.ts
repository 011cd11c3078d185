import type { Fields, ObjectReader, StoredObject } from "#storage";
import type { Credentials, TurnServer } from "./turn-server.ts";

/** RFC 8656 15. */
const DEFAULT_PORT = 3478;

/** The nouns whose changes may change what `readTurnServers` gives. */
export const READ_NOUNS: readonly string[] = ["turnServer", "callBridge"];

/** All turnServers objects, oldest first. Rejects with STORAGE_UNREADABLE. */
export async function readTurnServers(storage: ObjectReader, callBridge: string): Promise<TurnServer[]> {
  const [{ objects }, bridges] = await Promise.all([storage.list("turnServer"), storage.list("callBridge")]);
  const us = bridges.objects.find(({ fields }) => fields.name === callBridge);
  return objects.map((object) => turnServerOf(object, us));
}

function turnServerOf({ id, fields }: StoredObject, us: StoredObject | undefined): TurnServer {
  const serverAddress = text(fields, "serverAddress") ?? text(fields, "clientAddress") ?? "";
  return {
    id,
    serverAddress,
    clientAddress: text(fields, "clientAddress") ?? serverAddress,
    type: text(fields, "type") ?? "standard",
    portNumber: number(fields, "portNumber") ?? DEFAULT_PORT,
    transport: fields.transport === "tcp" ? "tcp" : "udp",
    tcpPortNumberOverride: number(fields, "tcpPortNumberOverride"),
    tlsAddress: text(fields, "tlsAddress"),
    credentials: credentialsOf(fields),
    ours: isOurs(fields, us),
  };
}

/** Without callBridge and callBridgeGroup it serves every Call Bridge; each that is set must name us. */
function isOurs(fields: Fields, us: StoredObject | undefined): boolean {
  const { callBridge, callBridgeGroup } = fields;
  if (callBridge !== undefined && callBridge !== us?.id) return false;
  return callBridgeGroup === undefined || callBridgeGroup === us?.fields.callBridgeGroup;
}

/** A shared secret counts only if short-term credentials are asked for. */
function credentialsOf(fields: Fields): Credentials {
  const [sharedSecret, username] = [text(fields, "sharedSecret"), text(fields, "username")];
  if (fields.useShortTermCredentials === true)
    return sharedSecret ? { kind: "short-term", sharedSecret } : { kind: "none", missing: "sharedSecret" };
  if (!username) return { kind: "none", missing: "username" };
  return { kind: "static", username, password: text(fields, "password") ?? "" };
}

/** An empty text is an unset one. */
function text(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function number(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  return typeof value === "number" ? value : undefined;
}
