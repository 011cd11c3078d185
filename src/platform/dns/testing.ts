import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  type Packet,
  streamEncode,
  TRUNCATED_RESPONSE,
} from "dns-packet";
import type { Scope } from "#base";
import { listen } from "#listeners";
import type { DnsServer } from "./query.ts";

/** What the server says to "A name"; "silence" says nothing, a number is an rcode. */
export type Zone = Record<string, readonly Answer[] | number | "silence" | "truncated">;

export interface TestServer extends DnsServer {
  readonly zone: Zone;
  /** "udp A name", in the order in which they came. */
  readonly asked: string[];
}

const NXDOMAIN = 3;
const BIG = Array.from(
  { length: 3 },
  (_, i): Answer => ({ name: "big.test", type: "A", ttl: 60, data: `192.0.2.${i}` }),
);

/** A name server on loopback, over UDP and TCP, whose zone may be changed while it runs. */
export async function testServer(scope: Scope, zone: Zone): Promise<TestServer> {
  const asked: string[] = [];
  const tcp = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes: Buffer) => {
      const reply = answer(decode(bytes.subarray(2)), "tcp");
      if (reply) socket.end(streamEncode(reply));
    });
  });
  const { port } = await listen(scope, tcp, { address: "127.0.0.1", port: 0 });
  const udp: Socket = createSocket("udp4");
  scope.defer(() => void udp.close());
  udp.bind(port, "127.0.0.1");
  await once(udp, "listening");
  scope.on(udp, "message", (bytes: Buffer, from: { port: number; address: string }) => {
    const reply = answer(decode(bytes), "udp");
    if (reply) udp.send(encode(reply), from.port, from.address);
  });
  const answer = (query: Packet, transport: string): Packet | undefined => {
    const { type, name } = query.questions![0]!;
    asked.push(`${transport} ${type} ${name}`);
    const known = zone[`${type} ${name}`] ?? NXDOMAIN;
    if (known === "silence") return undefined;
    const { answers, flags } = contentOf(known, transport);
    const questions = query.questions!;
    return {
      type: "response",
      id: query.id!,
      flags: AUTHORITATIVE_ANSWER | flags,
      questions,
      answers,
      authorities: [SOA],
    };
  };
  return { address: "127.0.0.1", port, zone, asked };
}

const SOA: Answer = {
  name: "test",
  type: "SOA",
  ttl: 300,
  data: { mname: "ns.test", rname: "admin.test", serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 30 },
};

function contentOf(
  known: readonly Answer[] | number | "truncated",
  transport: string,
): { answers: Answer[]; flags: number } {
  if (typeof known === "number") return { answers: [], flags: known };
  if (known !== "truncated") return { answers: [...known], flags: 0 };
  return transport === "udp" ? { answers: [], flags: TRUNCATED_RESPONSE } : { answers: BIG, flags: 0 };
}
