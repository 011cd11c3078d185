import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import type { CoreTunnels } from "#core";
import type { TurnStatus } from "#turn";
import { JOIN_HOST, type RoleName } from "../lab/index.ts";
import { RoleStatus } from "./role-status.ts";
import { RunningMeeting } from "./running-meeting.ts";
import { buildWorld, skip, type World } from "./world.ts";

/** The network lets out only TCP 443, so that the guest's signalling and media both hang on the edge's one port. */
const NETWORK = "tcp-only";
/** Tunnels are back within this time of the process at their other end, ms. */
const TUNNELS_BACK_MS = 5000;
/** For apps that find out by themselves that something has died, ms. */
const MENDED_WITHIN_MS = 30_000;

describe("when a process dies, the meeting gets over it", { skip }, () => {
  let world: World;
  let status: RoleStatus;
  let meeting: RunningMeeting;
  before(async () => {
    world = await buildWorld();
    status = new RoleStatus(world);
    await status.learn();
    meeting = await RunningMeeting.start(world, NETWORK);
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const crash = (role: RoleName) => world.deployment.process(role).crash();
  const crashChild = (role: RoleName, file: string) =>
    process.kill(childOf(world.deployment.process(role).child.pid!, file), "SIGKILL");

  async function tunnelsAreBack(): Promise<void> {
    const ms = await status.tunnelsBack();
    assert.ok(ms < TUNNELS_BACK_MS, `tunnels were back after ${Math.round(ms)} ms`);
  }

  test("the core: media goes on without a break, and signalling comes back with the tunnels", async () => {
    await meeting.explained(async () => {
      await meeting.watchFlow();
      await crash("core");
      const alarm = await status.raised("edge", "joinHostUnreachable");
      assert.equal(alarm.failureReason, "EDGE_TUNNEL_DOWN");
      assert.match(alarm.text, new RegExp(`^No tunnel carries ${JOIN_HOST}`));
      assert.match(alarm.remedy, /look at the core/);
      await world.deployment.start("core");
      await tunnelsAreBack();
      await meeting.isSignalling(MENDED_WITHIN_MS);
      await meeting.hadNoBreak();
      await Promise.all([status.cleared("edge"), status.cleared("core")]);
    });
  });

  test("the edge: tunnels, signalling and media come back by themselves", async () => {
    await meeting.explained(async () => {
      await crash("edge");
      const [down, noTurn] = await Promise.all([
        status.raised("core", "tunnelDown"),
        status.raised("meeting-server", "turnServerUnavailable", /./, MENDED_WITHIN_MS),
      ]);
      assert.match(down.text, /^No tunnel to edge\.example\.com:2222/);
      assert.match(down.remedy, /edge/);
      assert.equal(noTurn.failureReason, "connectFailure");
      assert.match(noTurn.remedy, /that the edge runs/);
      await world.deployment.start("edge");
      await tunnelsAreBack();
      await meeting.flows(MENDED_WITHIN_MS);
      await meeting.isSignalling(MENDED_WITHIN_MS);
      await Promise.all([status.cleared("edge"), status.cleared("core")]);
      await status.cleared("meeting-server", MENDED_WITHIN_MS);
    });
  });

  test("the TURN worker: web and tunnels never notice, and media comes back", async () => {
    await meeting.explained(async () => {
      const tunnels = async () =>
        (await status.get<CoreTunnels>("core", "/api/tunnels")).tunnels.map(({ since }) => since);
      const earlier = await tunnels();
      crashChild("edge", "turn-worker.ts");
      await world.deployment.reachable();
      const alarm = await status.wasRaised("edge", "turnWorkerLost");
      assert.match(alarm.text, /TURN worker/);
      assert.match(alarm.remedy, /started again by itself/);
      await status.until<TurnStatus>("edge", "/api/turn/status", ({ state }) => state === "active");
      await meeting.flows(MENDED_WITHIN_MS);
      assert.deepEqual(await tunnels(), earlier);
      await meeting.isSignalling();
      await status.cleared("edge");
    });
  });

  test("a media worker: its calls are interrupted, and come back", async () => {
    await meeting.explained(async () => {
      crashChild("meeting-server", "worker.ts");
      const alarm = await status.wasRaised("meeting-server", "mediaWorkerLost");
      assert.match(alarm.text, /SIGKILL/);
      await meeting.flows(MENDED_WITHIN_MS);
      await meeting.isSignalling();
      await status.cleared("meeting-server");
    });
  });

  test("the meeting server: core and edge say who is missing, and everybody is in the meeting again when it is back", async () => {
    await meeting.explained(async () => {
      await crash("meeting-server");
      const [inside, outside] = await Promise.all([
        status.raised("core", "joinHostUnreachable"),
        status.raised("edge", "joinHostUnreachable"),
      ]);
      assert.equal(inside.failureReason, "refused");
      assert.match(inside.text, /connection refused/);
      assert.match(inside.remedy, /check that the Web Bridge runs/);
      assert.equal(outside.failureReason, "CORE_WEB_BRIDGE_UNREACHABLE");
      assert.match(outside.remedy, /look at the core/);
      await world.deployment.start("meeting-server");
      await meeting.flows(MENDED_WITHIN_MS);
      await meeting.isSignalling();
      await Promise.all([status.cleared("edge"), status.cleared("core")]);
    });
  });
});

/** The process with that program that another one has started. */
function childOf(parent: number, file: string): number {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").trim().split(" ").map(Number);
  const found = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`/${file}`));
  if (found === undefined) throw new Error(`process ${parent} has no child that runs ${file}`);
  return found;
}
