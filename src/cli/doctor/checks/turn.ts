import { createSocket } from "node:dgram";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { type Scope, systemClock } from "#base";
import { attribute, attributes, DecodeError, decodeMessage, encodeMessage, FrameReader, Method } from "#stun";
import { type Check, good, type Place } from "../contract.ts";
import { fail } from "../errors.ts";
import { whyOf } from "./web.ts";

type Transport = "udp" | "tcp" | "tls";

/** RFC 8656 18.8: the protocol number of UDP. */
const UDP = 17;
/** A datagram may be lost: sent again after so many ms. */
const RESEND_MS = 500;
const WITHIN_MS = 4000;

const REMEDIES: Readonly<Record<Transport, string>> = {
  udp: "let the outer firewall pass UDP 3478 to the edge, and its answers back; this network may let no UDP out",
  tcp: "set `turn.tcp443` of edge.yaml, so that guests whose network lets out only TCP 443 have media",
  tls: "set `turn.tcp443` of edge.yaml, so that guests whose proxy lets out only TLS have media",
};

export const turnOverUdp = check("udp", (place) => place.ports.turn);
export const turnOverTcp = check("tcp", (place) => place.ports.https);
export const turnOverTls = check("tls", (place) => place.ports.https);

function check(transport: Transport, portOf: (place: Place) => number): Check<Place> {
  return {
    name: `turn-${transport}`,
    ...(transport === "udp" ? {} : { needs: "tcp" }),
    title: (place) => `TURN, ${transport.toUpperCase()} ${portOf(place)}`,
    run: async (place, scope) => {
      const port = portOf(place);
      const startedUs = systemClock.monotonicUs();
      try {
        const { code, realm } = await challenge(place, port, transport, scope);
        const ms = (systemClock.monotonicUs() - startedUs) / 1000;
        return good(`${code}, realm ${realm ?? "none"}, answer after ${ms.toFixed(1)} ms`);
      } catch (error) {
        const { address } = place;
        const values = { address, transport: transport.toUpperCase(), port, why: whyOf(error) };
        throw fail("DOCTOR_TURN_SILENT", { ...values, remedy: REMEDIES[transport] }, error);
      }
    },
  };
}

interface Challenge {
  readonly code: number;
  readonly realm: string | undefined;
}

/** Asks for a relay without credentials, which every TURN server answers with 401 and its realm (RFC 8489 9.2.4). */
function challenge(place: Place, port: number, transport: Transport, scope: Scope): Promise<Challenge> {
  const request = encodeMessage(
    { method: Method.allocate, class: 0, attributes: [attribute(attributes.requestedTransport, UDP)] },
    { key: undefined, fingerprint: true },
  );
  return new Promise((resolve, reject) => {
    scope.after(WITHIN_MS, () => reject(new Error("no answer")));
    const take = (bytes: Buffer) => {
      const message = decodeMessage(bytes);
      if (message instanceof DecodeError) return reject(new Error("the answer is not STUN"));
      const code = message.get(attributes.errorCode)?.code;
      if (code !== undefined) resolve({ code, realm: message.get(attributes.realm) });
    };
    if (transport === "udp") overUdp(place.address, port, request, scope, take, reject);
    else overStream(openStream(place, port, transport), request, scope, take, reject);
  });
}

type Take = (bytes: Buffer) => void;
type Reject = (error: Error) => void;

function overUdp(address: string, port: number, request: Buffer, scope: Scope, take: Take, reject: Reject): void {
  const socket = createSocket(isIP(address) === 6 ? "udp6" : "udp4");
  scope.defer(() => void socket.close());
  socket.on("error", reject);
  socket.on("message", take);
  // Connected, so that an ICMP error is told.
  socket.connect(port, address, () => {
    socket.send(request);
    scope.every(RESEND_MS, () => socket.send(request));
  });
}

function openStream({ address, joinHost }: Place, port: number, transport: "tcp" | "tls"): Socket {
  if (transport === "tcp") return connect(port, address);
  const servername = isIP(joinHost) ? {} : { servername: joinHost };
  // RFC 7443. The certificate is judged by a check of its own.
  return connectTls({ host: address, port, ...servername, ALPNProtocols: ["stun.turn"], rejectUnauthorized: false });
}

function overStream(socket: Socket, request: Buffer, scope: Scope, take: Take, reject: Reject): void {
  scope.defer(() => void socket.destroy());
  const frames = new FrameReader((frame) => take(Buffer.from(frame)));
  socket.on("error", reject);
  socket.on("close", () => reject(new Error("closed without an answer")));
  socket.on("data", (chunk) => {
    if (!frames.push(chunk)) reject(new Error("the answer is not STUN"));
  });
  socket.write(request);
}
