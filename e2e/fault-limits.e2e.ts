import assert from "node:assert/strict";
import { cpSync, globSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { CoreTunnels } from "#core";
import type { DiagnosticsAnswer } from "#diagnostic-logging";
import type { TurnStatus } from "#turn";
import { ADDRESS, type Deployment, type Lab, mountSmallDisk, type SmallDisk, turnOn } from "../lab/index.ts";
import { RoleStatus } from "./role-status.ts";
import { RunningMeeting } from "./running-meeting.ts";
import { buildWorld, skip, until, type World } from "./world.ts";

const MAIN = join(import.meta.dirname, "../src/main.ts");
/** Loaded into a process, it shifts the wall clock by what a file says; the monotonic one stays. */
const FAKETIME = globSync("/usr/lib/*/faketime/libfaketimeMT.so.1")[0] ?? "";
/** More than the ten minutes for which an allocation lives, and the Call Bridge's own credentials are good. */
const AHEAD = "+11m";
const RIGHT = "+0";
const RELAY_PORTS = 20;
/** Diagnostic logging leaves the last 64 MiB of a disk to others, and wants a file of 20 MiB for each capture. */
const EDGE_DISK_MIB = 128;
const SERVER_DISK_MIB = 2;

describe("when something runs out or is not what it seems, the meeting goes on and the status says what", {
  skip,
}, () => {
  let world: World;
  let status: RoleStatus;
  let meeting: RunningMeeting;
  let edgeDisk: SmallDisk;
  let serverDisk: SmallDisk;
  const folder = (...path: string[]) => join(world.deployment.dir, ...path);
  let setClock: (shift: string) => void;

  before(async () => {
    world = await buildWorld({ prepare });
    status = new RoleStatus(world);
    meeting = await RunningMeeting.start(world, "udp-3478");
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  async function prepare(deployment: Deployment, lab: Lab): Promise<void> {
    const [edge, server] = ["edge", "meeting-server"].map((role) => join(deployment.dir, role)) as [string, string];
    deployment.change("edge", ["turn", "relay", "ports"], `24000-${24_000 + RELAY_PORTS - 1}`);
    edgeDisk = await mountSmallDisk(lab, join(edge, "disk"), EDGE_DISK_MIB);
    deployment.change("edge", ["eventLog"], { folder: "disk/event-log" });
    deployment.change("edge", ["diagnostics"], "disk/diagnostics");
    deployment.change("edge", ["admin", "auditFile"], "disk/audit.log");
    serverDisk = await mountSmallDisk(lab, join(server, "disk"), SERVER_DISK_MIB);
    copyStorage(server);
    deployment.change("meeting-server", ["storage"], "disk/turnpike.db");
    const clock = join(edge, "clock");
    setClock = (shift) => writeFileSync(clock, shift);
    setClock(RIGHT);
    deployment.setEnvironment("edge", {
      LD_PRELOAD: FAKETIME,
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_CACHE_DURATION: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    });
    edgeDisk.fill();
  }

  test("an edge that starts on a full disk serves all the same, and says that it keeps no event log", async () => {
    await meeting.explained(async () => {
      const alarm = await status.raised("edge", "eventLogNotStored");
      assert.match(alarm.text, /ENOSPC/);
      assert.match(alarm.remedy, /make room on its disk/);
      await meeting.flows();
      edgeDisk.free();
      await status.noAlarm("edge", "eventLogNotStored");
      await status.learn();
    });
  });

  test("a disk that is full while diagnostic logging runs ends it, and nothing else", async () => {
    await meeting.explained(async () => {
      await meeting.watchFlow();
      const { session } = await status.post<DiagnosticsAnswer>("edge", "/api/diagnostics/start", { minutes: 5 });
      assert.ok(session.state === "running" && session.log.why === undefined, JSON.stringify(session));
      edgeDisk.fill();
      const alarm = await status.raised("edge", "diagnosticsStopped");
      assert.match(alarm.text, /ENOSPC|full|part/);
      assert.match(alarm.remedy, /make room on the disk/);
      await world.deployment.reachable();
      await meeting.isSignalling();
      await meeting.hadNoBreak();
      edgeDisk.free();
      await status.post("edge", "/api/diagnostics/stop");
      await status.cleared("edge");
    });
  });

  test("a meeting server whose disk is full still takes guests by their link", async () => {
    serverDisk.fill();
    const late = await world.open("udp-3478", "Late");
    await meeting.explained(async () => {
      await late.join();
      await Promise.all([late.sees("Inside"), meeting.inside.sees("Late")]);
      await late.joinTime();
    });
    await late.leave();
    serverDisk.free();
    await status.cleared("meeting-server");
  });

  test("relay ports are used up: the meeting keeps its own, and the alarm ends with the shortage", async () => {
    await meeting.explained(async () => {
      await meeting.watchFlow();
      const secret = readFileSync(folder("edge", "secrets", "turn"), "utf8").trim();
      const turn = turnOn(world.lab, "internet");
      const open = () => turn.open({ address: ADDRESS.edgePublic, port: 3478 }, { secret, role: "guest" });
      const refused = async () => {
        for (let i = 0; i <= RELAY_PORTS; i++) await open();
      };
      await assert.rejects(refused(), /TURN_CLIENT_REFUSED/);
      const alarm = await status.raised("edge", "relayPortsShort");
      assert.match(alarm.text, /Nearly all ipv4 relay ports are in use/);
      assert.match(alarm.remedy, /turn\.relay\.ports/);
      const { ports } = await status.get<TurnStatus>("edge", "/api/turn/status");
      assert.deepEqual([ports[0]?.used, ports[0]?.free], [RELAY_PORTS, 0]);
      await meeting.isSignalling();
      await meeting.hadNoBreak();
      const relays = await status.get<readonly { id: number; user: string }[]>("edge", "/api/turn/relays");
      for (const { id, user } of relays)
        if (user.startsWith("lab-")) await status.post("edge", `/api/turn/relays/${id}/end`);
      await status.cleared("edge");
      await meeting.flows();
    });
  });

  test("an edge whose clock is ahead: no relay ends, both sides say what is wrong, until it is set right", async () => {
    await meeting.explained(async () => {
      const { turnServers } = await status.get<{ turnServers: readonly { id: string }[] }>(
        "meeting-server",
        "/api/turn-servers",
      );
      const probe = () => status.post("meeting-server", `/api/turn-servers/${turnServers[0]!.id}/probe`);
      await meeting.watchFlow();
      setClock(AHEAD);
      const skew = await status.raised("edge", "clockSkew");
      assert.match(skew.text, /differ by 11 min/);
      assert.match(skew.remedy, /NTP/);
      await probe();
      const refused = await status.raised("meeting-server", "turnServerUnavailable");
      assert.equal(refused.failureReason, "authenticationFailure");
      assert.match(refused.remedy, /check both clocks/);
      await meeting.isSignalling();
      await meeting.hadNoBreak();
      setClock(RIGHT);
      await status.cleared("edge");
      await probe();
      await status.cleared("meeting-server");
      await meeting.hadNoBreak();
    });
  });

  test("a second core with the key of the first is an alarm until it is gone", async () => {
    await meeting.explained(async () => {
      await meeting.watchFlow();
      const [core, copy] = [folder("core"), folder("core-copy")];
      cpSync(core, copy, { recursive: true, filter: (file) => !file.endsWith(".sock") });
      const config = join(copy, "core.yaml");
      writeFileSync(config, readFileSync(config, "utf8").replace("127.0.0.1:7443", "127.0.0.1:7444"));
      const other = world.lab.node("core", MAIN, ["core", "--config", config]);
      await other.line('"msg":"ready"', 20_000);
      const alarm = await status.raised("edge", "sharedTunnelIdentity");
      assert.match(alarm.text, /^Two cores show the same key SHA256:\S+: /);
      assert.match(alarm.remedy, /give each core its own key/);
      await meeting.isSignalling();
      await other.crash();
      await status.cleared("edge");
      await meeting.hadNoBreak();
    });
  });

  test("a core whose key is revoked is cut off at once, and comes back with the key", async () => {
    await meeting.explained(async () => {
      await meeting.watchFlow();
      const [key, other] = [folder("edge", "keys", "tunnel-core.pub"), folder("edge", "keys", "tunnel-host.pub")];
      renameSync(key, `${key}.kept`);
      writeFileSync(key, readFileSync(other));
      await status.raised("edge", "joinHostUnreachable", /No tunnel carries/, 5000);
      const alarm = await status.raised("core", "tunnelDown", /does not accept this core's key SHA256:/);
      assert.match(alarm.remedy, /tunnel\.authorizedKeys/);
      renameSync(`${key}.kept`, key);
      await until(
        world,
        () => status.post<CoreTunnels>("core", "/api/tunnels/retry"),
        ({ tunnels }) => tunnels.every((row) => row.status === "active"),
      );
      await meeting.isSignalling();
      await meeting.hadNoBreak();
      await Promise.all([status.cleared("core"), status.cleared("edge")]);
    });
  });
});

/** With what SQLite keeps beside the file. */
function copyStorage(server: string): void {
  for (const file of globSync("turnpike.db*", { cwd: server }))
    cpSync(join(server, file), join(server, "disk", file), { preserveTimestamps: true });
}
