import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { formatAddress, type TransportAddress } from "#base";
import { fail } from "./errors.ts";

/** A socket that a role will open, and the key of its config that says so. */
export interface Listener {
  readonly key: string;
  readonly transport: "tcp" | "udp";
  readonly where: TransportAddress;
}

/**
 * Tries every listener of a role before the first one is opened, so that a role with a taken port does nothing at all.
 * Throws LISTENER_TAKEN, LISTENER_FORBIDDEN, LISTENER_NO_ADDRESS or LISTENER_FAILED for the first that cannot be bound.
 */
export async function checkListeners(file: string, listeners: readonly Listener[]): Promise<void> {
  for (const listener of listeners) {
    const problem = await (listener.transport === "tcp" ? tryTcp(listener.where) : tryUdp(listener.where));
    if (problem) throw explain(file, listener, problem);
  }
}

async function tryTcp(where: TransportAddress): Promise<NodeJS.ErrnoException | undefined> {
  const server = createServer();
  server.listen({ host: where.address, port: where.port, exclusive: true });
  const problem = await listening(server);
  if (!problem) await new Promise((resolve) => server.close(resolve));
  return problem;
}

async function tryUdp(where: TransportAddress): Promise<NodeJS.ErrnoException | undefined> {
  const socket = createSocket(where.address.includes(":") ? "udp6" : "udp4");
  socket.bind({ address: where.address, port: where.port, exclusive: true });
  const problem = await listening(socket);
  if (!problem) await new Promise<void>((resolve) => socket.close(resolve));
  return problem;
}

async function listening(socket: NodeJS.EventEmitter): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await once(socket, "listening");
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

function explain(file: string, { key, transport, where }: Listener, problem: NodeJS.ErrnoException) {
  const values = { file, key, transport: transport.toUpperCase(), where: formatAddress(where), why: problem.message };
  if (problem.code === "EADDRINUSE") return fail("LISTENER_TAKEN", values, problem);
  if (problem.code === "EACCES") return fail("LISTENER_FORBIDDEN", values, problem);
  if (problem.code === "EADDRNOTAVAIL") return fail("LISTENER_NO_ADDRESS", values, problem);
  return fail("LISTENER_FAILED", values, problem);
}
