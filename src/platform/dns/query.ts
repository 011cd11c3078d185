import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect, isIPv6 } from "node:net";
import { type Answer, type DecodedPacket, decode, encode, type Packet, streamEncode } from "dns-packet";
import { Scope } from "#base";
import type { RecordType } from "./contract.ts";

export interface DnsServer {
  readonly address: string;
  readonly port: number;
}

export type Reply =
  | { readonly kind: "answer"; readonly rcode: string; readonly answers: readonly Answer[]; readonly soaTtl: number }
  | { readonly kind: "silence" };

/** Asks one server once: over UDP, and over TCP if the answer did not fit (RFC 7766). Never rejects. */
export async function ask(server: DnsServer, name: string, type: RecordType, timeoutMs: number): Promise<Reply> {
  await using scope = new Scope();
  const question: Packet = {
    type: "query",
    id: randomInt(0x10000),
    flags: 0x100,
    questions: [{ type, name, class: "IN" }],
  };
  try {
    const reply = await overUdp(scope, server, question, timeoutMs);
    const whole = reply?.flag_tc ? await overTcp(scope, server, question, timeoutMs) : reply;
    return whole ? readReply(whole) : { kind: "silence" };
  } catch {
    return { kind: "silence" };
  }
}

function readReply(packet: DecodedPacket & { rcode?: string }): Reply {
  const soa = (packet.authorities ?? []).find((record) => record.type === "SOA");
  const soaTtl = soa?.type === "SOA" ? Math.min(soa.ttl ?? 0, soa.data.minimum ?? 0) : 0;
  return { kind: "answer", rcode: packet.rcode ?? "NOERROR", answers: packet.answers ?? [], soaTtl };
}

/** Only what comes from the server, has our id and asks our question is an answer (RFC 5452 9.1). */
function matches(question: Packet, bytes: Buffer): DecodedPacket | undefined {
  try {
    return same(question, decode(bytes));
  } catch {
    return undefined;
  }
}

function same(question: Packet, packet: DecodedPacket): DecodedPacket | undefined {
  const [asked, answered] = [question.questions![0]!, packet.questions?.[0]];
  const fits =
    packet.type === "response" &&
    packet.id === question.id &&
    answered?.type === asked.type &&
    answered.name.toLowerCase() === asked.name.toLowerCase();
  return fits ? packet : undefined;
}

function overUdp(
  scope: Scope,
  server: DnsServer,
  question: Packet,
  timeoutMs: number,
): Promise<DecodedPacket | undefined> {
  const socket = createSocket(isIPv6(server.address) ? "udp6" : "udp4");
  scope.defer(() => void socket.close());
  return new Promise((resolve) => {
    scope.on(socket, "error", () => resolve(undefined));
    scope.on(socket, "message", (bytes: Buffer) => {
      const packet = matches(question, bytes);
      if (packet) resolve(packet);
    });
    scope.after(timeoutMs, () => resolve(undefined));
    // A connected socket hears only this server, and its ICMP errors.
    socket.connect(server.port, server.address, () => socket.send(encode(question)));
  });
}

function overTcp(
  scope: Scope,
  server: DnsServer,
  question: Packet,
  timeoutMs: number,
): Promise<DecodedPacket | undefined> {
  const socket = connect({ host: server.address, port: server.port });
  scope.defer(() => void socket.destroy());
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    scope.on(socket, "error", () => resolve(undefined));
    scope.on(socket, "close", () => resolve(undefined));
    scope.after(timeoutMs, () => resolve(undefined));
    scope.on(socket, "data", (chunk: Buffer) => {
      chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      if (bytes.length < 2 || bytes.length < 2 + bytes.readUInt16BE(0)) return;
      resolve(matches(question, bytes.subarray(2)));
    });
    socket.end(streamEncode(question));
  });
}
