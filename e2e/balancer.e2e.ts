import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { installed } from "../lab/command.ts";
import { ADDRESS, type Deployment, GUESTS, type Lab, probeOn } from "../lab/index.ts";
import { exchange, type Participant, pathOf } from "./participant.ts";
import { buildWorld, explained, skip, until, type World } from "./world.ts";

const EDGES: readonly string[] = [ADDRESS.edgePublic, ADDRESS.edge2Public];
const why = skip || (installed("haproxy") ? false : "haproxy missing (package haproxy)");

/** Somebody's balancer: it knows nothing of what it carries. One edge is told of guests by version 1, the other by 2. */
const CONFIG = `
defaults
  mode tcp
  timeout connect 3s
  timeout client 1h
  timeout server 1h
listen join
  bind ${ADDRESS.balancer}:443
  balance roundrobin
  source ${ADDRESS.balancer}
  server edge ${ADDRESS.edgePublic}:443 send-proxy check inter 500 fall 2
  server edge2 ${ADDRESS.edge2Public}:443 send-proxy-v2 check inter 500 fall 2
`;

async function prepare(deployment: Deployment, lab: Lab): Promise<void> {
  for (const edge of ["edge", "edge-2"] as const)
    deployment.change(edge, ["web", "proxyProtocol"], { from: [ADDRESS.balancer] });
  const file = join(deployment.dir, "haproxy.cfg");
  writeFileSync(file, CONFIG);
  lab.run("internet", "haproxy", ["-db", "-f", file]);
}

describe("two edges behind a TCP balancer", { skip: why }, () => {
  let world: World;
  let inside: Participant;

  before(async () => {
    world = await buildWorld({ secondEdge: true, balancer: true, prepare });
    inside = await world.open("inside", "Inside");
    await inside.join();
    await answers(2);
  });
  after(() => world?.[Symbol.asyncDispose]());

  /** So many requests in a row get through, as the balancer gives them to the edges in turn. */
  async function answers(inARow: number): Promise<void> {
    const outside = probeOn(world.lab, "home");
    const ask = () => outside.https("join.example.com", ADDRESS.balancer, "/api/health", world.deployment.authority);
    let good = 0;
    await until(world, ask, (answer) => {
      good = answer?.seenAs.startsWith("200") ? good + 1 : 0;
      return good >= inARow;
    });
  }

  test("a guest comes in through the balancer, and media goes straight to an edge", async () => {
    const guest = await world.open("home", "Guest");
    await explained(world, [guest, inside], async () => {
      await guest.join();
      await Promise.all([guest.sees("Inside"), inside.sees("Guest")]);
      await exchange(guest, inside);
      const media = await guest.media();
      assert.equal(pathOf(media), "direct");
      for (const { remoteAddress } of media.pairs) assert.ok(EDGES.includes(remoteAddress ?? ""), remoteAddress);
    });
    await guest.leave();
    await world.closeBrowser("home");
  });

  test("the inside knows the guest's own address, and not the balancer's", () => {
    const opened = world.deployment
      .process("meeting-server")
      .lines.filter((line) => line.includes("signalling opened"));
    assert.ok(
      opened.some((line) => line.includes(`"address":"${GUESTS.home.wan}"`)),
      opened.join("\n"),
    );
    assert.ok(!opened.some((line) => line.includes(ADDRESS.balancer)), opened.join("\n"));
  });

  test("an edge that goes away takes no guest with it who comes afterwards", async () => {
    await world.deployment.process("edge").crash();
    await answers(4);
    const guest = await world.open("tcp-only", "Second");
    await explained(world, [guest, inside], async () => {
      await guest.join();
      await Promise.all([guest.sees("Inside"), inside.sees("Second")]);
      await exchange(guest, inside);
    });
    await guest.leave();
  });
});
