import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { CoreTunnels } from "#core";
import { en } from "../apps/meeting/strings/en.ts";
import { ADDRESS, between, cut, letThrough } from "../lab/index.ts";
import { RoleStatus } from "./role-status.ts";
import { RunningMeeting } from "./running-meeting.ts";
import { buildWorld, skip, until, type World } from "./world.ts";

/** Tunnels are back within this time of the network, ms. */
const TUNNELS_BACK_MS = 5000;
const LINE_DOWN_MS = 8000;
/** The Call Bridge looks at its TURN servers twice a minute, ms. */
const TURN_SEEN_WITHIN_MS = 45_000;

describe("when a link is cut, what does not need it goes on, and the rest comes back with it", { skip }, () => {
  let world: World;
  let status: RoleStatus;
  let meeting: RunningMeeting;
  before(async () => {
    world = await buildWorld();
    status = new RoleStatus(world);
    await status.learn();
    meeting = await RunningMeeting.start(world, "home");
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  test("core and edge: media goes on without a break, and the tunnels are back within 5 s", async () => {
    await meeting.explained(async () => {
      await meeting.watchFlow();
      const heal = await cut(world.lab, "inner", ...between(ADDRESS.core, ADDRESS.edgeInner));
      const [down, unreachable] = await Promise.all([
        status.raised("core", "tunnelDown"),
        status.raised("edge", "joinHostUnreachable"),
      ]);
      assert.match(down.text, /stopped answering|cannot be reached/);
      assert.match(down.remedy, /the firewall between/);
      assert.match(unreachable.text, /^No tunnel carries/);
      await assert.rejects(status.get("core", "/ready"));
      const page = await world.page("home");
      await page.goto(world.link);
      await page.getByText(en.failures.EDGE_TUNNEL_DOWN).waitFor();
      await page.getByText("EDGE_TUNNEL_DOWN").waitFor();
      await page.close();
      await heal();
      const ms = await status.tunnelsBack();
      assert.ok(ms < TUNNELS_BACK_MS, `tunnels were back after ${Math.round(ms)} ms`);
      await meeting.isSignalling();
      await meeting.hadNoBreak();
      await Promise.all([status.cleared("core"), status.cleared("edge")]);
    });
  });

  test("only the tunnel port is blocked: the tunnel runs over 443, and the core says so, until it is open again", async () => {
    await meeting.explained(async () => {
      const { core, edgeInner } = ADDRESS;
      await letThrough(world.lab, "inner", `ip saddr ${core} ip daddr ${edgeInner} tcp dport 443`);
      await meeting.watchFlow();
      const heal = await cut(world.lab, "inner", "tcp dport 2222", "tcp sport 2222");
      const alarm = await status.raised("core", "tunnelOver443");
      assert.match(alarm.text, /runs over port 443: edge \S+:2222 cannot be reached \(no answer\)/);
      assert.match(alarm.remedy, /let this core reach the edge's tunnel port/);
      await status.tunnelsBack(({ via }) => via === "443");
      await meeting.isSignalling();
      await status.cleared("edge");
      await heal();
      // By itself it would look again once a minute.
      await until(
        world,
        () => status.post<CoreTunnels>("core", "/api/tunnels/retry"),
        ({ tunnels }) => tunnels.every(({ via }) => via === "2222"),
      );
      await meeting.isSignalling();
      await meeting.hadNoBreak();
      await status.cleared("core");
    });
  });

  test("a guest's line is down for 8 s: the meeting goes on when it is back", async () => {
    await meeting.explained(async () => {
      const heal = await cut(world.lab, "home-nat", `iifname "lan"`, `oifname "lan"`);
      await world.lab.scope.sleep(LINE_DOWN_MS);
      await heal();
      await meeting.flows();
      await meeting.isSignalling();
    });
  });

  test("meeting server and edge: signalling goes on, the alarm names the TURN server, and media comes back", async () => {
    await meeting.explained(async () => {
      const heal = await cut(world.lab, "inner", ...between(ADDRESS.server, ADDRESS.edgeInner));
      const alarm = await status.raised("meeting-server", "turnServerUnavailable", /./, TURN_SEEN_WITHIN_MS);
      assert.equal(alarm.failureReason, "connectFailure");
      assert.match(alarm.text, new RegExp(`^TURN server ${ADDRESS.edgeInner}: not available`));
      assert.match(alarm.remedy, /firewall/);
      await meeting.isSignalling();
      await heal();
      await meeting.flows(TURN_SEEN_WITHIN_MS);
      await status.cleared("meeting-server", TURN_SEEN_WITHIN_MS);
    });
  });
});
