import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Scope } from "#base";
import { command } from "./command.ts";
import {
  ADDRESS,
  buildLab,
  EDGE_HOST,
  GUESTS,
  type HostName,
  JOIN_HOST,
  type Lab,
  labAvailable,
  PATIENT,
  type Probe,
  probeOn,
  standingLabs,
} from "./index.ts";
import { removeStaleLabs } from "./namespaces.ts";

const skip = (await labAvailable()) ?? false;

describe("lab", { skip }, () => {
  const scope = new Scope();
  const probes = new Map<HostName, Probe>();
  let lab: Lab;
  const on = (host: HostName): Probe => probes.get(host) ?? probes.set(host, probeOn(lab, host)).get(host)!;

  before(async () => {
    lab = await buildLab(scope, { roundTripMs: { "tcp-only": 100 } });
    await Promise.all([
      ...[80, 443, 3478, 8445].map((port) => on("edge").listen("tcp", ADDRESS.edgeOuter, port)),
      ...[3478, 24_000, 29_999, 30_000].map((port) => on("edge").listen("udp", ADDRESS.edgeOuter, port)),
      on("edge").listen("udp", ADDRESS.edgeInner, 3478),
      ...[22, 2222, 3478].map((port) => on("edge").listen("tcp", ADDRESS.edgeInner, port)),
      on("server").listen("tcp", ADDRESS.server, 443),
      on("server").listen("udp", ADDRESS.server, 50_000),
      on("internet").listen("udp", ADDRESS.publicDns, 7000),
      on("internet").listen("udp", ADDRESS.internetOuter, 7000),
      on("internet").listen("tcp", ADDRESS.publicDns, 7000),
    ]);
  });
  after(() => scope.close());

  const passes: [HostName, "tcp" | "udp", string, number, string][] = [
    ["core", "tcp", ADDRESS.edgeInner, 2222, ADDRESS.core],
    ["core", "tcp", ADDRESS.server, 443, ADDRESS.core],
    ["server", "udp", ADDRESS.edgeInner, 3478, ADDRESS.server],
    ["inside", "tcp", ADDRESS.server, 443, ADDRESS.inside],
    ["inside", "udp", ADDRESS.server, 50_000, ADDRESS.inside],
    ["home", "tcp", ADDRESS.edgePublic, 80, GUESTS.home.wan],
    ["home", "tcp", ADDRESS.edgePublic, 443, GUESTS.home.wan],
    ["home", "udp", ADDRESS.edgePublic, 3478, GUESTS.home.wan],
    ["home", "udp", ADDRESS.edgePublic, 24_000, GUESTS.home.wan],
    ["symmetric", "udp", ADDRESS.edgePublic, 29_999, GUESTS.symmetric.wan],
    ["udp-3478", "udp", ADDRESS.edgePublic, 3478, GUESTS["udp-3478"].wan],
    ["tcp-only", "tcp", ADDRESS.edgePublic, 443, GUESTS["tcp-only"].wan],
  ];
  for (const [host, transport, address, port, seenAs] of passes)
    test(`${host} reaches ${address} on ${transport} ${port}`, async () => {
      const answer = await on(host)[transport](address, port, PATIENT);
      assert.equal(answer?.seenAs.replace(/:\d+$/, ""), seenAs);
    });

  const blocked: [HostName, "tcp" | "udp", string, number, counter: string | undefined][] = [
    ["edge", "tcp", ADDRESS.server, 443, "inner.dmz_to_inside"],
    ["edge", "udp", ADDRESS.server, 50_000, "inner.dmz_to_inside"],
    ["edge", "udp", ADDRESS.publicDns, 7000, "outer.edge_to_internet"],
    ["edge", "tcp", ADDRESS.edgePublic, 443, "outer.edge_to_itself"],
    ["server", "tcp", ADDRESS.edgeInner, 2222, "inner.inside_to_edge"],
    ["server", "tcp", ADDRESS.edgeInner, 3478, "inner.inside_to_edge"],
    ["core", "udp", ADDRESS.edgeInner, 3478, "inner.inside_to_edge"],
    ["core", "tcp", ADDRESS.edgeInner, 22, "inner.inside_to_edge"],
    ["inside", "tcp", ADDRESS.edgeInner, 3478, "inner.inside_to_edge"],
    ["inside", "udp", ADDRESS.edgePublic, 3478, "inner.inside_to_internet"],
    ["server", "udp", ADDRESS.publicDns, 7000, "inner.inside_to_internet"],
    ["home", "tcp", ADDRESS.edgePublic, 2222, "outer.internet_to_edge"],
    ["home", "tcp", ADDRESS.edgePublic, 8445, "outer.internet_to_edge"],
    ["home", "udp", ADDRESS.edgePublic, 30_000, "outer.internet_to_edge"],
    ["internet", "tcp", ADDRESS.edgePublic, 22, "outer.internet_to_edge"],
    // There is no road to private addresses on the Internet: nobody has to drop what does not arrive.
    ["home", "tcp", ADDRESS.server, 443, undefined],
    ["home", "udp", ADDRESS.edgeInner, 3478, undefined],
    ["udp-3478", "udp", ADDRESS.edgePublic, 24_000, "udp-3478-nat.blocked"],
    ["udp-3478", "tcp", ADDRESS.edgePublic, 3478, "udp-3478-nat.blocked"],
    ["tcp-only", "udp", ADDRESS.edgePublic, 3478, "tcp-only-nat.blocked"],
    ["tcp-only", "tcp", ADDRESS.edgePublic, 80, "tcp-only-nat.blocked"],
    ["tcp-only", "tcp", ADDRESS.edgePublic, 3478, "tcp-only-nat.blocked"],
    ["home", "tcp", ADDRESS.edgePublic, 3478, "outer.internet_to_edge"],
    ["internet", "udp", GUESTS.home.wan, 9000, "home-nat.to_the_firewall"],
  ];
  for (const [host, transport, address, port, counter] of blocked)
    test(`${host} cannot reach ${address} on ${transport} ${port}${counter ? `, counted as ${counter}` : ""}`, async () => {
      const earlier = await lab.drops();
      assert.equal(await on(host)[transport](address, port), undefined);
      if (counter) assert.ok((await lab.drops())[counter]! > earlier[counter]!, `${counter} has risen`);
    });

  const mapping = async (host: HostName, address: string) =>
    (await on(host).udp(address, 7000, { ...PATIENT, fromPort: 41_000 }))?.seenAs;

  test("the home NAT maps a port alike for two peers, the symmetric one does not", async () => {
    const home = [await mapping("home", ADDRESS.publicDns), await mapping("home", ADDRESS.internetOuter)];
    assert.deepEqual(home, [`${GUESTS.home.wan}:41000`, `${GUESTS.home.wan}:41000`]);
    const symmetric = [
      await mapping("symmetric", ADDRESS.publicDns),
      await mapping("symmetric", ADDRESS.internetOuter),
    ];
    assert.equal(symmetric.includes(undefined), false);
    assert.notEqual(symmetric[0], symmetric[1]);
  });

  test("the join host is the edge outside and the Web Bridge inside, and other names are unknown", async () => {
    const outside = await Promise.all((["home", "tcp-only"] as const).map((host) => on(host).lookup(JOIN_HOST)));
    assert.deepEqual(outside, [ADDRESS.edgePublic, ADDRESS.edgePublic]);
    assert.equal(await on("inside").lookup(JOIN_HOST), ADDRESS.server);
    assert.equal(await on("core").lookup(EDGE_HOST), ADDRESS.edgeInner);
    assert.equal(await on("home").lookup("www.example.org"), undefined);
  });

  test("DNS can be changed, and a cable pulled and put in again", async () => {
    await lab.setZone("inside", { [JOIN_HOST]: [ADDRESS.core, ADDRESS.server] });
    assert.ok([ADDRESS.core, ADDRESS.server].includes((await on("inside").lookup(JOIN_HOST)) as never));
    assert.equal(await on("inside").lookup(EDGE_HOST), undefined);
    await lab.setLink("core", "eth0", false);
    assert.equal(await on("core").tcp(ADDRESS.server, 443), undefined);
    await lab.setLink("core", "eth0", true);
    assert.ok(await on("core").tcp(ADDRESS.server, 443, PATIENT));
    assert.ok(await on("core").tcp(ADDRESS.edgeInner, 2222, PATIENT), "its routes are back too");
  });

  test("the longer line adds its round trip", async () => {
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      const started = performance.now();
      assert.equal(await on("tcp-only").lookup(`${i}.example.org`), undefined);
      times.push(performance.now() - started);
    }
    const best = Math.min(...times);
    assert.ok(best >= 100 && best < 150, `a DNS query took ${times.map((ms) => ms.toFixed(1)).join(", ")} ms`);
  });

  test("nothing leads out of the lab", async () => {
    const routes = await lab.run("internet", "ip", ["route"]);
    await routes.exited;
    assert.deepEqual(
      routes.lines.filter((line) => line.startsWith("default")),
      [],
    );
  });
});

test("a lab leaves nothing behind", { skip }, () => {
  assert.equal(standingLabs().has(process.pid), false);
});

test("what a crashed run left behind is removed with the programs in it", { skip }, async () => {
  const crashed = spawn(process.execPath, [join(import.meta.dirname, "abandoned.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(crashed.stdout, "data");
  const [program] = (await command("ip", ["netns", "pids", `tp${crashed.pid}-home`])).trim().split("\n");
  crashed.kill("SIGKILL");
  await once(crashed, "exit");
  assert.ok(standingLabs().has(crashed.pid!));
  removeStaleLabs();
  assert.equal(standingLabs().has(crashed.pid!), false);
  await ended(Number(program));
});

/** Resolves when the process has ended, whether or not anybody has asked for its exit code yet. */
async function ended(pid: number): Promise<void> {
  const running = () => existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/cmdline`).length > 0;
  for (const deadline = Date.now() + 3000; running(); await sleep(10))
    assert.ok(Date.now() < deadline, "still running");
}
