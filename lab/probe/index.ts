import { join } from "node:path";
import type { Lab } from "../build.ts";
import type { HostName } from "../plan.ts";
import type { ProbeAnswer, ProbeReply, ProbeRequest } from "./messages.ts";

/** What waits longer than this was dropped: the lab's own round trips take under a millisecond. */
const DROPPED_AFTER_MS = 400;

/** For what must get through, on a machine that is busy with other things. */
export const PATIENT = { timeoutMs: 5000 } as const;

/** Real sockets on a host of the lab. */
export interface Probe {
  /** Accepts and answers on this address until the lab ends. */
  listen(transport: "tcp" | "udp", address: string, port: number): Promise<void>;
  /** Resolves with how the other side saw this host, or undefined if it could not be reached. */
  tcp(address: string, port: number, options?: { timeoutMs?: number }): Promise<ProbeAnswer>;
  udp(address: string, port: number, options?: { fromPort?: number; timeoutMs?: number }): Promise<ProbeAnswer>;
  lookup(name: string): Promise<string | undefined>;
  /** GET over TLS from `address` as `name`; what the other side saw is "200 body". */
  https(name: string, address: string, path: string, authority: string, port?: number): Promise<ProbeAnswer>;
}

export function probeOn(lab: Lab, host: HostName): Probe {
  const { child } = lab.node(host, join(import.meta.dirname, "agent.ts"), [], { ipc: true });
  const waiting = new Map<number, PromiseWithResolvers<ProbeAnswer>>();
  let next = 0;
  child.on("message", ({ id, answer, error }: ProbeReply) => {
    const caller = waiting.get(id);
    waiting.delete(id);
    if (error) caller?.reject(new Error(`${host}: ${error}`));
    else caller?.resolve(answer);
  });
  const ask = (request: ProbeRequest): Promise<ProbeAnswer> => {
    const caller = Promise.withResolvers<ProbeAnswer>();
    waiting.set(++next, caller);
    child.send({ id: next, request });
    return caller.promise;
  };
  return {
    listen: async (transport, address, port) => void (await ask({ do: "listen", transport, address, port })),
    tcp: (address, port, { timeoutMs = DROPPED_AFTER_MS } = {}) => ask({ do: "tcp", address, port, timeoutMs }),
    udp: (address, port, { fromPort = 0, timeoutMs = DROPPED_AFTER_MS } = {}) =>
      ask({ do: "udp", address, port, fromPort, timeoutMs }),
    lookup: async (name) => (await ask({ do: "lookup", name }))?.seenAs,
    https: (name, address, path, authority, port = 443) =>
      ask({ do: "https", name, address, port, path, authority, timeoutMs: 3000 }),
  };
}
