import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import dgram from "node:dgram";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Scope } from "#base";
import { until } from "#until";
import { askBinding, HEADROOM, openTurnAllocation, shortTermCredentials, type TurnAllocation } from "./index.ts";

const SECRET = "integration-secret";

for (const transport of ["udp", "tcp"] as const)
  test(`an allocation on Debian's coturn over ${transport} carries packets both ways, by indications and by channel`, async () => {
    await using scope = new Scope();
    const coturn = await startCoturn(scope);
    const peer = await echoPeer(scope);
    const received: string[] = [];
    const allocation = await openTurnAllocation(scope, {
      server: { address: "127.0.0.1", port: coturn.port },
      transport,
      credentials: () => shortTermCredentials(SECRET, "bridge", "cb1", Date.now() + 60_000),
      onPacket: (packet, from) => received.push(`${packet} from ${from.port}`),
      onLost: (reason) => received.push(`lost ${reason.code}`),
    });
    assert.equal(allocation.relayed.address, "127.0.0.1");
    await allocation.permit("127.0.0.1");
    await roundTrip(allocation, peer, received, "by indication");
    allocation.bindChannel(peer);
    await until(async () => {
      send(allocation, peer, "by channel");
      return peer.fromRelay.size > 0 && received.includes(`by channel from ${peer.port}`);
    });
    await delay(100);
    await roundTrip(allocation, peer, received, "again");
    assert.ok(allocation.rttMs > 0 && allocation.rttMs < 1000);
    await allocation.close();
    assert.ok(!received.some((line) => line.startsWith("lost")));
  });

test("coturn refuses a wrong secret by name", async () => {
  await using scope = new Scope();
  const coturn = await startCoturn(scope);
  const opening = openTurnAllocation(scope, {
    server: { address: "127.0.0.1", port: coturn.port },
    transport: "udp",
    credentials: () => shortTermCredentials("wrong", "bridge", "cb1", Date.now() + 60_000),
    onPacket: () => {},
    onLost: () => {},
  });
  await assert.rejects(opening, { code: "TURN_CLIENT_UNAUTHORIZED" });
});

async function startCoturn(scope: Scope): Promise<{ port: number }> {
  const folder = mkdtempSync(join(tmpdir(), "coturn-"));
  scope.defer(() => rmSync(folder, { recursive: true, force: true }));
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const child = spawn(
    "turnserver",
    `-n -L 127.0.0.1 -E 127.0.0.1 -p ${port} --use-auth-secret --static-auth-secret=${SECRET} --realm=test
     --allow-loopback-peers --no-tls --no-dtls --no-cli --min-port=${port + 1} --max-port=${port + 40}
     --pidfile=${join(folder, "pid")} --db=${join(folder, "db")} --log-file=stdout`.split(/\s+/),
    { stdio: "ignore" },
  );
  const gone = new Promise((resolve) => child.once("exit", resolve));
  scope.defer(async () => {
    child.kill("SIGKILL");
    await gone;
  });
  const credentials = () => shortTermCredentials(SECRET, "bridge", "cb1", Date.now() + 60_000);
  const answers = (transport: "udp" | "tcp") =>
    askBinding(scope, { server: { address: "127.0.0.1", port }, transport, credentials }).then(
      () => true,
      () => false,
    );
  await until(async () => (await answers("tcp")) && (await answers("udp")));
  return { port };
}

interface EchoPeer {
  readonly address: string;
  readonly port: number;
  readonly fromRelay: Set<number>;
}

async function echoPeer(scope: Scope): Promise<EchoPeer> {
  const socket = dgram.createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const fromRelay = new Set<number>();
  socket.on("message", (packet, from) => {
    fromRelay.add(from.port);
    socket.send(packet, from.port, from.address);
  });
  scope.defer(() => void socket.close());
  return { address: "127.0.0.1", port: socket.address().port, fromRelay };
}

function send(allocation: TurnAllocation, peer: EchoPeer, text: string): void {
  allocation.send(Buffer.concat([Buffer.alloc(HEADROOM), Buffer.from(text)]), peer);
}

async function roundTrip(allocation: TurnAllocation, peer: EchoPeer, received: string[], text: string): Promise<void> {
  send(allocation, peer, text);
  await until(async () => received.includes(`${text} from ${peer.port}`));
  assert.ok(peer.fromRelay.has(allocation.relayed.port), "the peer saw it come from the relayed address");
}
