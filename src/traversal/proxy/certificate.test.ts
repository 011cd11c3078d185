import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { type ConnectionOptions, connect } from "node:tls";
import { type ClientOptions, WebSocket } from "ws";
import { fingerprintOf } from "#certificates";
import { until } from "#until";
import { ca, HOST, issue, road } from "./testing/road.ts";
import { STUN, secured, sharedPort, tcp } from "./testing/shared-port.ts";

/** Each kind of client has TLS of its own on a shared port. */
const CLIENTS: readonly ConnectionOptions[] = [
  { servername: HOST },
  { servername: HOST, ALPNProtocols: ["http/1.1"] },
  { ALPNProtocols: ["stun.turn"] },
];

async function fingerprint(port: number, options: ConnectionOptions = { servername: HOST }): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", ca, checkServerIdentity: () => undefined, ...options });
  await once(socket, "secureConnect");
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

test("a new certificate is seen by new handshakes of web and TURN, and a WebSocket and a TURN stream live on", async (t) => {
  const w = await sharedPort(t);
  const old = await fingerprint(w.port);
  const url = `wss://127.0.0.1:${w.port}/rtc`;
  const webSocket = new WebSocket(url, { ca, servername: HOST, headers: { host: HOST } } as ClientOptions);
  await once(webSocket, "open");
  const turn = await secured(await tcp(w.port), { ALPNProtocols: ["stun.turn"] });
  turn.write(STUN);
  await until(() => w.taken[0]?.heard.length === STUN.length, "TURN has it");

  const renewed = await issue();
  w.edge.setCertificate(renewed);

  const expected = fingerprintOf(renewed.certificate);
  assert.notEqual(expected, old);
  for (const client of CLIENTS) assert.equal(await fingerprint(w.port, client), expected);
  webSocket.send("still here");
  const [message] = (await once(webSocket, "message")) as [Buffer];
  assert.equal(message.toString(), "still here");
  turn.write(STUN);
  await until(() => w.taken[0]!.heard.length === 2 * STUN.length, "TURN has more");
  webSocket.terminate();
  turn.destroy();
});

test("a new certificate is seen where the port is the web's alone", async (t) => {
  const w = await road({ edgeOnly: true });
  t.after(() => w.scope.close());
  const renewed = await issue();
  w.edge.setCertificate(renewed);
  assert.equal(await fingerprint(w.port), fingerprintOf(renewed.certificate));
});

test("a pair that cannot be used is refused, and the old certificate stays", async (t) => {
  const w = await sharedPort(t, { edgeOnly: true });
  const old = await fingerprint(w.port);
  const [one, other] = [await issue(), await issue()];
  const attempts = [
    [{ certificate: "", key: one.key }, "CERTIFICATE_UNREADABLE"],
    [{ certificate: one.certificate, key: "" }, "CERTIFICATE_KEY_UNREADABLE"],
    [{ certificate: one.certificate, key: other.key }, "CERTIFICATE_KEY_MISMATCH"],
  ] as const;
  for (const [pair, code] of attempts) assert.throws(() => w.edge.setCertificate(pair), { code });
  for (const client of CLIENTS) assert.equal(await fingerprint(w.port, client), old);
});
