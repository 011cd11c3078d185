import { randomBytes, randomInt } from "node:crypto";
import dgram from "node:dgram";
import { join } from "node:path";
import type { Scope } from "#base";
import { encodeMessage, longTermKey, longTermKeySha256, MessageClass, Method } from "#stun";
import type { TurnServerOptions } from "#turn";
import { type Process, startModule, treeOf, until } from "./proxy-processes.ts";
import { startCoturn } from "./turn-coturn.ts";

export type Who = "ours" | "theirs";
/** "auto" is what an edge takes by itself. */
export type Plane = "auto" | "native" | "typescript";

/** What our server's process says first. */
export interface Started {
  readonly port: number;
  readonly plane: { readonly kind: "native" | "typescript"; readonly threads: number };
}

/** A running TURN server. */
export interface TurnSide {
  readonly who: Who;
  readonly address: string;
  readonly port: number;
  /** Threads that relay. */
  readonly threads: number;
  /** Of ours. */
  readonly plane: string;
  /** All of its processes that live. */
  pids(): number[];
}

export interface Account {
  readonly username: string;
  readonly realm: string;
  /** MD5 of "username:realm:password", hexadecimal. */
  readonly key: string;
}

const USERNAME = "bench";
const REALM = "bench.example";
const PASSWORD = randomBytes(12).toString("hex");
export const ACCOUNT: Account = {
  username: USERNAME,
  realm: REALM,
  key: longTermKey(USERNAME, REALM, PASSWORD).toString("hex"),
};

/** Of both, each at its own address. No peer has it: ours refuses, anywhere on loopback, the port that it listens on. */
const PORT = 3478;
/** Of relays, for both: none of them is ever short of ports. */
const PORTS = { first: 10_000, last: 59_999 };
/** No limit is in the way: coturn has none by itself. */
const NO_LIMIT = 1_000_000;
const LIMITS: TurnServerOptions["limits"] = {
  allocationsPerUser: NO_LIMIT,
  allocationsPerAddress: NO_LIMIT,
  allocations: NO_LIMIT,
  permissions: 1024,
  channels: 4096,
  newPeersPerSecond: NO_LIMIT,
  packetsPerSecond: NO_LIMIT,
  bitsPerSecond: 1_000_000_000_000,
  connectionsPerAddress: 256,
  connections: 4096,
};

interface OursChoice {
  readonly plane: Plane;
  /** 0 is one for each core. */
  readonly threads: number;
  readonly pauseMicroseconds: number;
}

/** The worker process of the edge, in a process that stands for the edge. */
export async function startOurs(scope: Scope, dir: string, choice: OursChoice): Promise<TurnSide> {
  const { plane, threads, pauseMicroseconds } = choice;
  const address = ownAddress();
  const options: TurnServerOptions = {
    listen: [{ address, port: PORT, transports: ["udp"] }],
    relay: { ipv4: { address, advertised: address }, ports: PORTS, defaultFamily: "ipv4" },
    realm: REALM,
    wrongPasswordCode: 401,
    sharedSecrets: [],
    users: [
      {
        username: USERNAME,
        role: "bridge",
        md5: ACCOUNT.key,
        sha256: longTermKeySha256(USERNAME, REALM, PASSWORD).toString("hex"),
      },
    ],
    defaultRole: "guest",
    allowPeers: { guest: [], bridge: ["127.0.0.0/8"] },
    neverPeers: [],
    unauthenticatedBinding: false,
    tcpAllocations: false,
    mobility: false,
    cluster: [],
    limits: LIMITS,
    plane: plane === "typescript" ? plane : "auto",
    threads,
    pauseMicroseconds,
  };
  const module = join(import.meta.dirname, "turn-server.ts");
  const { pid, first } = await startModule(scope, dir, `turn-server-${address}`, module, [JSON.stringify(options)]);
  const { port, plane: chosen } = first as Started;
  if (plane !== "auto" && chosen.kind !== plane) throw new Error(`the plane is ${chosen.kind}, and not ${plane}`);
  return { who: "ours", address, port, threads: chosen.threads, plane: chosen.kind, pids: () => treeOf([pid]) };
}

/** coturn with as many threads that relay as the other has. */
export async function startTheirs(
  scope: Scope,
  dir: string,
  relayThreads: number,
  engine: 1 | 2 | 3,
): Promise<TurnSide> {
  const address = ownAddress();
  const port = PORT;
  const process = startCoturn(scope, dir, { ...ACCOUNT, address, port, relayThreads, engine, ports: PORTS });
  await until("coturn answers", [process], () => answersBinding(process, address, port));
  return { who: "theirs", address, port, threads: relayThreads, plane: "", pids: () => [process.pid] };
}

/** One of loopback's many, for itself: nothing else has a socket there. */
function ownAddress(): string {
  return `127.${randomInt(128, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`;
}

async function answersBinding(process: Process, address: string, port: number): Promise<boolean> {
  process.mustLive();
  const socket = dgram.createSocket("udp4");
  const answer = new Promise<boolean>((resolve) => {
    socket.once("message", () => resolve(true));
    socket.once("error", () => resolve(false));
    AbortSignal.timeout(200).onabort = () => resolve(false);
  });
  socket.send(encodeMessage({ method: Method.binding, class: MessageClass.request, attributes: [] }), port, address);
  try {
    return await answer;
  } finally {
    socket.close();
  }
}
