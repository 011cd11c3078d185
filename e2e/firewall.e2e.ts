import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ADDRESS, type HostName, probeOn } from "../lab/index.ts";
import { exchange } from "./participant.ts";
import { RoleStatus } from "./role-status.ts";
import { buildWorld, explained, skip, type World } from "./world.ts";

describe("the firewalls during a meeting", { skip }, () => {
  let world: World;
  before(async () => {
    world = await buildWorld();
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  test("nothing that a meeting needs is dropped, and nothing but replies goes from the DMZ to the inside", async () => {
    // A core that is there before its edge tries 443 as well, which the inner firewall drops.
    await new RoleStatus(world).tunnelsBack();
    const earlier = await world.lab.drops();
    const [inside, guest, other] = await Promise.all([
      world.open("inside", "Inside"),
      world.open("home", "Guest"),
      world.open("tcp-only", "Other"),
    ]);
    await explained(world, [inside, guest, other], async () => {
      for (const person of [inside, guest, other]) await person.join();
      await Promise.all([inside.sees("Guest"), guest.sees("Inside"), guest.sees("Other"), other.sees("Inside")]);
      await exchange(guest, inside);
      await exchange(other, inside);
      for (const person of [other, guest, inside]) await person.leave();
    });
    const drops = await world.lab.drops();
    const wrong = FORBIDDEN_IN_A_MEETING.filter((name) => drops[name] !== earlier[name]);
    assert.deepEqual(
      wrong.map((name) => `${name}: ${drops[name]! - earlier[name]!}`),
      [],
    );
  });

  const attempts: [HostName, "tcp" | "udp", address: string, port: number, counter: string | undefined][] = [
    ["edge", "tcp", ADDRESS.server, 443, "inner.dmz_to_inside"],
    ["edge", "tcp", ADDRESS.server, 8445, "inner.dmz_to_inside"],
    ["edge", "tcp", ADDRESS.core, 22, "inner.dmz_to_inside"],
    ["edge", "udp", ADDRESS.server, 40_000, "inner.dmz_to_inside"],
    ["home", "tcp", ADDRESS.edgePublic, 2222, "outer.internet_to_edge"],
    ["home", "tcp", ADDRESS.edgePublic, 8445, "outer.internet_to_edge"],
    ["home", "tcp", ADDRESS.server, 443, undefined],
    ["inside", "tcp", ADDRESS.edgeInner, 2222, "inner.inside_to_edge"],
    ["server", "tcp", ADDRESS.edgeInner, 443, "inner.inside_to_edge"],
  ];
  for (const [host, transport, address, port, counter] of attempts)
    test(`${host} cannot reach ${address} on ${transport} ${port}`, async () => {
      const earlier = await world.lab.drops();
      assert.equal(await probeOn(world.lab, host)[transport](address, port), undefined);
      if (counter) assert.ok((await world.lab.drops())[counter]! > earlier[counter]!, `${counter} has risen`);
    });

  test("the edge listens on nothing but its web and tunnel ports over TCP: TURN shares 443", async () => {
    const listing = world.lab.run("edge", "ss", ["-Hltn"]);
    await listing.exited;
    // Administration is on loopback, for an SSH forward.
    const outward = listing.lines.filter((line) => !line.includes("127.0.0.1:"));
    const ports = outward.map((line) => Number(/:(\d+)\s/.exec(line)?.[1]));
    assert.deepEqual(
      [...new Set(ports)].sort((a, b) => a - b),
      [80, 443, 2222],
    );
  });
});

/**
 * The inside participant's browser tries the relay candidates too, which the inner firewall drops by design, and a
 * guest's network drops what it forbids: both are no business of these firewalls' rows.
 */
const FORBIDDEN_IN_A_MEETING = [
  "inner.dmz_to_inside",
  "inner.inside_to_edge",
  "inner.invalid",
  "inner.to_the_firewall",
  "outer.internet_to_edge",
  "outer.edge_to_internet",
  "outer.edge_to_itself",
  "outer.invalid",
  "outer.to_the_firewall",
];
