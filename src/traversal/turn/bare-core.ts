import { type Clock, memoryLog, Scope, systemClock } from "#base";
import type { PacketPlane, PlaneStatus } from "#packet-plane";
import { Cluster } from "./cluster.ts";
import { TurnCore } from "./core.ts";
import { familyOf } from "./family.ts";
import type { TurnServerOptions } from "./options.ts";
import { RawClient } from "./raw-client.ts";
import type { TurnTransport } from "./status.ts";
import { TcpRelays } from "./tcp-relay/index.ts";
import { testOptions } from "./test-world.ts";

/** Of a plane without sockets. */
export const PAPER: PlaneStatus = {
  kind: "typescript",
  threads: 1,
  droppedUpwards: 0,
  runs: { sends: 0, packets: 0 },
  merged: { reads: 0, packets: 0 },
  fallbacks: {},
};

/** For tests: the protocol without sockets, for clients of any address. Relays exist on paper only. */
export function bareCore(overrides: Partial<TurnServerOptions> = {}, clock: Clock = systemClock) {
  const idle = () => {};
  const plane: PacketPlane = {
    dontFragment: true,
    listen: async (address) => ({ listener: 0, address }),
    setChallenge: idle,
    reply: (path, message) => void (path.transport === "tcp" && path.writer.write(message, true)),
    openRelay: async () => {},
    closeRelay: idle,
    moveRelay: idle,
    permit: idle,
    bindChannel: idle,
    sendToPeer: idle,
    admit: idle,
    forgetAdmitted: idle,
    sendOnChannel: idle,
    counters: () => undefined,
    idleMs: () => undefined,
    setTap: idle,
    status: () => PAPER,
  };
  const log = memoryLog();
  const scope = new Scope();
  const options = testOptions(overrides);
  const tcpRelays = new TcpRelays(scope, clock);
  const cluster = new Cluster(scope, options, log, clock);
  const core = new TurnCore(options, { plane, tcpRelays, cluster, log, clock, pause: async () => {} });
  const client = (address: string, port: number, transport: TurnTransport = "udp"): RawClient => {
    const raw = new RawClient();
    const write = (bytes: Uint8Array) => raw.received.push(Buffer.from(bytes)) > 0;
    const key = `${transport} ${address} ${port}`;
    const path = { transport: "tcp" as const, writer: { write } };
    const where = { address, port };
    raw.local = where;
    raw.write = (bytes) => core.receive({ path, transport, address: where, family: familyOf(address), key }, bytes);
    return raw;
  };
  return { core, log, client, [Symbol.asyncDispose]: () => scope.close() };
}
