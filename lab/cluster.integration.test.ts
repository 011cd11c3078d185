import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Scope } from "#base";
import {
  ADDRESS,
  ADMINISTRATION,
  buildLab,
  Deployment,
  GUESTS,
  JOIN_HOST,
  type Lab,
  labAvailable,
  probeOn,
  type TurnProbe,
  turnOn,
} from "./index.ts";

const skip = (await labAvailable()) ?? false;
const INSIDE = { address: ADDRESS.edgeInner, port: 3478 };
const OUTSIDE = { address: ADDRESS.edgePublic, port: 3478 };
const SECOND = { address: ADDRESS.edge2Public, port: 3478 };

describe("two edges between two firewalls, behind static NAT", { skip }, () => {
  const scope = new Scope();
  let lab: Lab;
  let deployment: Deployment;
  let [home, server]: [TurnProbe, TurnProbe] = [undefined!, undefined!];
  let secret = "";

  before(async () => {
    lab = await buildLab(scope, { secondEdge: true });
    deployment = new Deployment(lab);
    await deployment.init();
    deployment.openAdministration();
    await deployment.startAll();
    secret = readFileSync(join(deployment.dir, "edge", "secrets", "turn"), "utf8").trim();
    [home, server] = [turnOn(lab, "udp-3478"), turnOn(lab, "server")];
  });
  after(() => scope.close());

  const guest = () => ({ secret, role: "guest" as const });
  const bridge = () => ({ secret, role: "bridge" as const });

  test("a guest outside and a bridge inside both get the public address for their relays, and see their own", async () => {
    const [outer, inner] = [await home.open(OUTSIDE, guest()), await server.open(INSIDE, bridge())];
    assert.deepEqual([outer.relayed.address, inner.relayed.address], [ADDRESS.edgePublic, ADDRESS.edgePublic]);
    assert.deepEqual([outer.mapped.address, inner.mapped.address], [GUESTS["udp-3478"].wan, ADDRESS.server]);
  });

  test("their relays meet inside the edge, at the advertised address, though no firewall turns a packet back", async () => {
    const drops = await lab.drops();
    const [outer, inner] = [await home.open(OUTSIDE, guest()), await server.open(INSIDE, bridge())];
    await Promise.all([outer.permit(ADDRESS.edgePublic), inner.permit(ADDRESS.edgePublic)]);
    await outer.send("to the bridge", inner.relayed);
    assert.deepEqual(await inner.hears("to the bridge"), outer.relayed);
    await inner.send("to the guest", outer.relayed);
    assert.deepEqual(await outer.hears("to the guest"), inner.relayed);
    assert.equal((await lab.drops())["outer.edge_to_itself"], drops["outer.edge_to_itself"]);
  });

  test("relays stand on the outer side only: at the inner address nothing answers for them", async () => {
    const { relayed, ...inner } = await server.open(INSIDE, bridge());
    await inner.permit("198.51.100.1");
    const [inside, outside] = [probeOn(lab, "inner"), probeOn(lab, "internet")];
    assert.equal(await inside.udp(ADDRESS.edgeInner, relayed.port), undefined);
    const sockets = lab.run("edge", "sh", ["-c", "cat /proc/net/udp"]);
    await sockets.exited;
    const port = relayed.port.toString(16).toUpperCase().padStart(4, "0");
    const bound = sockets.lines.filter((line) => line.includes(`:${port} `)).map((line) => line.trim().split(/\s+/)[1]);
    assert.deepEqual(bound, [`${hex(ADDRESS.edgeOuter)}:${port}`]);
    assert.equal(await outside.udp(ADDRESS.edgePublic, relayed.port, { timeoutMs: 100 }), undefined);
  });

  test("the core has tunnels to both edges, and each of them lets guests in", async () => {
    const guestProbe = probeOn(lab, "home");
    for (const address of [ADDRESS.edgePublic, ADDRESS.edge2Public]) {
      const answer = await guestProbe.https(JOIN_HOST, address, "/api/health", deployment.authority);
      assert.match(answer?.seenAs ?? "nothing", /^200 /, address);
    }
  });

  test("an administrator inside reaches each role's administration, and a guest none", async () => {
    const [administrator, guestProbe] = [probeOn(lab, "inside"), probeOn(lab, "home")];
    for (const role of ["edge", "edge-2", "core"] as const) {
      const [address, port] = ADMINISTRATION[role].split(":") as [string, string];
      const answer = await administrator.https("localhost", address, "/", deployment.authority, Number(port));
      assert.match(answer?.seenAs ?? "nothing", /^200 /, role);
    }
    assert.equal(await guestProbe.tcp(ADDRESS.edgePublic, 9000), undefined);
  });

  test("an edge that drains sends new clients to the other with 300, and takes them again afterwards", async () => {
    assert.match((await deployment.command("edge", "turn", "drain")).text, /Draining/);
    const answer = await home.alternate(OUTSIDE, guest());
    assert.deepEqual(answer, { code: 300, alternate: SECOND });
    assert.equal((await home.open(SECOND, guest())).relayed.address, ADDRESS.edge2Public);
    await deployment.command("edge", "turn", "undrain");
    assert.equal((await home.alternate(OUTSIDE, guest())).code, 0);
  });

  test("it sends nobody to an edge that is gone: 508", async () => {
    await deployment.process("edge-2").crash();
    await until(async () => /unreachable/i.test((await deployment.command("edge", "turn", "status")).text));
    await deployment.command("edge", "turn", "drain");
    assert.equal((await home.alternate(OUTSIDE, guest())).code, 508);
    await deployment.command("edge", "turn", "undrain");
    const answer = await probeOn(lab, "home").https(JOIN_HOST, ADDRESS.edgePublic, "/api/health", deployment.authority);
    assert.match(answer?.seenAs ?? "nothing", /^200 /, "guests of the other edge have noticed nothing");
  });

  async function until(holds: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + 20_000; !(await holds()); await lab.scope.sleep(200))
      assert.ok(Date.now() < deadline, deployment.logs());
  }
});

/** An IPv4 address as /proc/net/udp has it, proc(5). */
function hex(address: string): string {
  const bytes = address.split(".").map((byte) => Number(byte).toString(16).padStart(2, "0"));
  return bytes.reverse().join("").toUpperCase();
}
