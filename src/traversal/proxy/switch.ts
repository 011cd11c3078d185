import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type Answer, serialise } from "./answer.ts";
import { answerHeaders, asRefusal } from "./forward.ts";
import { type Header, type Passage, pairs, valuesOf } from "./passage.ts";
import type { Relay } from "./relay.ts";
import type { Upgraded } from "./upstream.ts";

/** RFC 6455 1.3. */
const ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** Of a refused handshake's body, what is passed on. */
const REFUSAL_BYTES = 64 * 1024;

/** Opens the WebSocket on the next hop, and only then says 101 here; after that bytes pass both ways unread. Never rejects. */
export async function switchProtocols(relay: Relay, passage: Passage, socket: Duplex, head: Buffer): Promise<void> {
  const gone = new AbortController();
  socket.once("close", () => gone.abort());
  try {
    const outgoing = { method: "GET", target: passage.path + passage.query, headers: passage.headers };
    const upgraded = await relay.upstream(passage.host).upgrade(outgoing, gone.signal);
    if (upgraded.kind === "refused") await passRefusal(relay, passage, socket, upgraded.answer);
    else if (socket.destroyed) upgraded.socket.destroy();
    else join(relay, passage, socket, head, upgraded);
  } catch (error) {
    if (!gone.signal.aborted) relay.refuseSocket(asRefusal(relay, passage, error), passage, socket);
  }
}

function join(relay: Relay, passage: Passage, socket: Duplex, head: Buffer, up: Upgraded & { kind: "switched" }): void {
  // A 101 that does not answer our key would be a tunnel that a smuggled request opened.
  if (!confirms(passage, up.headers)) {
    up.socket.destroy();
    throw new Error("101 without the right Sec-WebSocket-Accept");
  }
  const kept = up.headers.filter(([name]) => name === "sec-websocket-accept" || name === "sec-websocket-protocol");
  const own: Header[] = [...kept, ["connection", "Upgrade"], ["upgrade", "websocket"]];
  socket.write(serialise({ status: 101, headers: answerHeaders(relay, passage, own, true), body: "" }));
  if (up.head.length > 0) socket.write(up.head);
  if (head.length > 0) up.socket.write(head);
  for (const end of [socket, up.socket]) closeWhenIdle(end, relay.limits.idleMs);
  chain(socket, up.socket);
  chain(up.socket, socket);
}

/** What comes from one goes to the other at the other's pace. A proper end flushes; anything else ends the other at once. */
function chain(from: Duplex, to: Duplex): void {
  from.pipe(to);
  from.on("error", () => {});
  from.once("close", () => {
    if (from.readableEnded) to.end(() => to.destroy());
    else to.destroy();
  });
}

function confirms(passage: Passage, headers: readonly Header[]): boolean {
  const [key = ""] = valuesOf(passage.headers, "sec-websocket-key");
  const expected = createHash("sha1")
    .update(key + ACCEPT_SALT)
    .digest("base64");
  const accepts = valuesOf(headers, "sec-websocket-accept");
  return accepts.length === 1 && accepts[0] === expected && valuesOf(headers, "sec-websocket-extensions").length === 0;
}

/** A stream that is a real socket has a clock of its own; the tunnel's channels end with the socket at their other side. */
function closeWhenIdle(end: Duplex, ms: number): void {
  if ("setTimeout" in end && typeof end.setTimeout === "function") end.setTimeout(ms, () => end.destroy());
}

async function passRefusal(relay: Relay, passage: Passage, socket: Duplex, answer: IncomingMessage): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > REFUSAL_BYTES) break;
    chunks.push(chunk);
  }
  answer.destroy();
  const body = Buffer.concat(chunks);
  const headers = answerHeaders(relay, passage, pairs(answer.rawHeaders)).filter(([name]) => name !== "content-length");
  const whole: Answer = {
    status: answer.statusCode ?? 502,
    headers: [...headers, ["content-length", String(body.length)], ["connection", "close"]],
    body: "",
  };
  socket.write(serialise(whole));
  socket.end(body, () => socket.destroy());
}
