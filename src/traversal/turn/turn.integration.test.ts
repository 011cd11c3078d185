import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { memoryLog, Scope } from "#base";
import { openTurnAllocation } from "#turn-client";
import { startTurnServer, startTurnWorker, type TurnServerOptions } from "./index.ts";
import { until } from "./raw-client.ts";
import { BRIDGE, bridge, LIMITS, relayOptions, SECRET, testOptions } from "./test-world.ts";

function options(overrides: Partial<TurnServerOptions> = {}): TurnServerOptions {
  const { ports } = relayOptions();
  return testOptions({
    relay: {
      ipv4: { address: "127.0.0.1", advertised: "127.0.0.1" },
      ipv6: { address: "::1", advertised: "::1" },
      ports: { first: ports.first, last: ports.first + 499 },
      defaultFamily: "ipv4",
    },
    allowPeers: { guest: ["127.0.0.0/8", "::1"], bridge: ["127.0.0.0/8", "::1"] },
    limits: { ...LIMITS, allocationsPerUser: 100, allocations: 1800 },
    ...overrides,
  });
}

/** Debian's coturn client, in the modes that this server has. */
const MODES: Readonly<Record<string, (port: number, echo: number) => string>> = {
  "channels over UDP": (port, echo) => `-W ${SECRET} -u user -c -e 127.0.0.1 -r ${echo} -p ${port}`,
  "Send and Data indications": (port, echo) => `-W ${SECRET} -u user -c -s -e 127.0.0.1 -r ${echo} -p ${port}`,
  "channels over TCP": (port, echo) => `-W ${SECRET} -u user -c -t -e 127.0.0.1 -r ${echo} -p ${port}`,
  "a local user, with RTCP ports": (port, echo) =>
    `-u ${BRIDGE.username} -w ${BRIDGE.password} -e 127.0.0.1 -r ${echo} -p ${port}`,
  "relay to relay": (port) => `-W ${SECRET} -u user -y -p ${port}`,
  "relay to relay over TCP": (port) => `-W ${SECRET} -u user -y -t -p ${port}`,
};

describe("turnutils_uclient loses nothing", { concurrency: true }, () => {
  for (const [mode, flags] of Object.entries(MODES))
    test(mode, async () => {
      await using scope = new Scope();
      const server = await startTurnServer(options(), scope, memoryLog());
      const echo = await startEcho(scope);
      const args = `${flags(server.listening[0]!.port, echo)} -X -n 20 -m 2 127.0.0.1`.split(" ");
      const { stdout } = await promisify(execFile)("turnutils_uclient", args, { timeout: 60_000 });
      assert.match(stdout, /Total lost packets 0 /);
      const total = [...stdout.matchAll(/start_mclient: tot_send_msgs=(\d+), tot_recv_msgs=(\d+)/g)].at(-1)!;
      assert.ok(Number(total[1]) >= 40);
      assert.equal(total[2], total[1]);
    });
});

test("turnutils_uclient is refused with a wrong secret", async () => {
  await using scope = new Scope();
  const server = await startTurnServer(options(), scope, memoryLog());
  const args = `-W wrong -u user -n 1 -m 1 -c -y -p ${server.listening[0]!.port} 127.0.0.1`.split(" ");
  const output = await promisify(execFile)("turnutils_uclient", args, { timeout: 20_000 }).catch((error) => error);
  assert.match(`${output.stdout}${output.stderr}`, /Cannot complete Allocation/i);
});

test("a worker that is killed is started anew on the same port, and its client is told and comes back", async () => {
  await using scope = new Scope();
  const log = memoryLog();
  const worker = await startTurnWorker(scope, options(), log);
  const lost: string[] = [];
  const open = () =>
    openTurnAllocation(scope, {
      server: worker.listening[0]!,
      transport: "udp",
      credentials: () => bridge("cb1"),
      onPacket: () => {},
      onLost: ({ code }) => lost.push(code),
    });
  const allocation = await open();
  assert.deepEqual(
    (await worker.allocations()).map(({ user, relays }) => [user, relays]),
    [["cb1", [allocation.relayed]]],
  );
  const killedAt = Date.now();
  const { listening } = worker;
  process.kill(worker.pid, "SIGKILL");
  await until(() => worker.restarts === 1);
  await using back = await open();
  assert.ok(Date.now() - killedAt < 3000, `back after ${Date.now() - killedAt} ms`);
  assert.ok(back.relayed.port > 0);
  assert.deepEqual(worker.listening, listening);
  await until(() => lost.length === 1, 8000);
  assert.ok(log.lines.some(({ event }) => event === "TURN worker died and is restarted"));
  assert.ok(log.lines.every((line) => !JSON.stringify(line).includes(SECRET)));
});

test("a worker whose port is taken says which listener", async () => {
  await using scope = new Scope();
  const first = await startTurnWorker(scope, options(), memoryLog());
  const second = startTurnWorker(
    scope,
    options({ listen: [{ ...first.listening[0]!, transports: ["udp"] }] }),
    memoryLog(),
  );
  await assert.rejects(second, (error: Error & { code?: string }) => {
    assert.equal(error.code, "TURN_LISTENER_TAKEN");
    assert.match(error.message, new RegExp(`udp 127.0.0.1:${first.listening[0]!.port}`));
    return true;
  });
});

/** Returns the port of a UDP echo peer. */
async function startEcho(scope: Scope): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 40_000);
  const echo = spawn("turnutils_peer", ["-L", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const gone = new Promise((resolve) => echo.once("exit", resolve));
  scope.defer(async () => {
    echo.kill("SIGKILL");
    await gone;
  });
  return port;
}
