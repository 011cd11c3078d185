import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ADDRESS, GUEST_NETWORKS, type GuestNetwork } from "../lab/index.ts";
import { type Exchange, exchange, type Participant, pathOf } from "./participant.ts";
import { buildWorld, explained, skip, type World } from "./world.ts";

/** The path that each network leaves open; where several are, the direct one is to be taken. */
const EXPECTED: Readonly<Record<GuestNetwork, string>> = {
  home: "direct",
  symmetric: "direct",
  "udp-3478": "relay/udp",
  "tcp-only": "relay/tcp",
};

interface Row {
  readonly network: GuestNetwork;
  readonly path: string;
  readonly guest: Exchange;
  readonly inside: Exchange;
  readonly joinMs: number;
}

describe("a guest outside meets a participant inside", { skip }, () => {
  let world: World;
  let inside: Participant;
  const rows: Row[] = [];

  before(async () => {
    world = await buildWorld();
    inside = await world.open("inside", "Inside");
    await inside.join();
  });
  after(async () => {
    printTable(rows);
    await world?.[Symbol.asyncDispose]();
  });

  for (const network of GUEST_NETWORKS)
    test(`from ${network}, by the path ${EXPECTED[network]}`, async () => {
      const name = `Guest ${network}`;
      const guest = await world.open(network, name);
      await explained(world, [guest, inside], async () => {
        await guest.join();
        await Promise.all([guest.sees("Inside"), inside.sees(name)]);
        const joinMs = await guest.joinTime();
        const [toGuest, toInside] = await exchange(guest, inside);
        const [theirs, ours] = await Promise.all([guest.media(), inside.media()]);
        rows.push({ network, path: pathOf(theirs), guest: toGuest, inside: toInside, joinMs });
        assert.equal(pathOf(theirs), EXPECTED[network]);
        for (const pair of theirs.pairs) assert.equal(pair.remoteAddress, ADDRESS.edgePublic);
        for (const pair of ours.pairs) assert.equal(pair.remoteAddress, ADDRESS.server);
      });
      await guest.leave();
      await world.closeBrowser(network);
    });
});

function printTable(rows: readonly Row[]): void {
  const cells = rows.map(({ network, path, guest, inside, joinMs }) => [
    network,
    path,
    String(guest.frames),
    guest.energy.toExponential(1),
    String(inside.frames),
    inside.energy.toExponential(1),
    String(Math.round(joinMs)),
  ]);
  const head = ["network", "path", "guest: frames", "energy", "inside: frames", "energy", "join ms"];
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]!.length)));
  for (const row of [head, ...cells]) console.log(row.map((cell, i) => cell.padEnd(widths[i]!)).join("  "));
}
