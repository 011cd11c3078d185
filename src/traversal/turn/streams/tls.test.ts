import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "#until";
import { REQUEST, Remote, world } from "./test-world.ts";

for (const version of ["TLSv1.2", "TLSv1.3"] as const)
  test(`${version} is spoken, and the ALPN name of TURN answered`, async () => {
    await using w = await world();
    const options = { minVersion: version, maxVersion: version, ALPNProtocols: ["h2", "stun.turn"] } as const;
    const remote = await Remote.tls(w.scope, await w.listen(), {
      ...options,
      ALPNProtocols: [...options.ALPNProtocols],
    });
    assert.equal(remote.secure.getProtocol(), version);
    assert.equal(remote.secure.alpnProtocol, "stun.turn");
    remote.socket.write(REQUEST);
    await until(() => w.received.length === 1);
  });

for (const [name, alert, options] of [
  ["TLS 1.1", /PROTOCOL_VERSION/, { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }],
  ["a cipher without forward secrecy", /HANDSHAKE_FAILURE/, { maxVersion: "TLSv1.2", ciphers: "AES128-GCM-SHA256" }],
  ["a cipher in CBC mode", /HANDSHAKE_FAILURE/, { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-SHA" }],
  ["another protocol by ALPN", /NO_APPLICATION_PROTOCOL/, { ALPNProtocols: ["http/1.1"] }],
] as const)
  test(`${name} is refused`, async () => {
    await using w = await world();
    const list = "ALPNProtocols" in options ? { ALPNProtocols: [...options.ALPNProtocols] } : {};
    const remote = await Remote.tls(w.scope, await w.listen(), { ...options, ...list });
    await until(() => remote.closed && w.streams.size === 0);
    assert.match(remote.error, alert);
  });

test("a client that asks for renegotiation gets none", async () => {
  await using w = await world();
  const remote = await Remote.tls(w.scope, await w.listen(), { maxVersion: "TLSv1.2" });
  remote.socket.write(REQUEST);
  await until(() => w.received.length === 1);
  const refused = await new Promise((resolve) => {
    remote.socket.once("close", () => resolve("closed"));
    remote.socket.once("error", () => resolve("error"));
    remote.secure.renegotiate({}, (error) => resolve(error ? "error" : "renegotiated"));
  });
  assert.notEqual(refused, "renegotiated");
});

test("a source has 20 handshakes a second", async () => {
  await using w = await world();
  const at = await w.listen();
  const remotes: Remote[] = [];
  for (let i = 0; i < 22; i++) remotes.push(await Remote.tls(w.scope, at));
  await until(() => remotes.filter(({ closed }) => closed).length === 2);
  w.clock.advance(1000);
  const next = await Remote.tls(w.scope, at);
  next.socket.write(REQUEST);
  await until(() => w.received.length === 1);
});
