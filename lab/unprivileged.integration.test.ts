import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { Scope } from "#base";
import { installed } from "./command.ts";
import { buildLab, Deployment, JOIN_HOST, type Lab, labAvailable, type RoleName } from "./index.ts";

const MAIN = resolve(import.meta.dirname, "../src/main.ts");
const skip = (await labAvailable()) ?? (installed("setpriv") ? false : "setpriv missing (package util-linux)");

describe("roles as the services that `turnpike init` writes", { skip }, () => {
  const scope = new Scope();
  let lab: Lab;
  let deployment: Deployment;

  before(async () => {
    lab = await buildLab(scope);
    deployment = new Deployment(lab, { asService: true });
    await deployment.init();
    await deployment.startAll();
  });
  after(() => scope.close());

  const rights: readonly [RoleName, capabilities: string][] = [
    // CAP_NET_BIND_SERVICE is bit 10 of capabilities(7).
    ["edge", "0000000000000400"],
    ["meeting-server", "0000000000000400"],
    ["core", "0000000000000000"],
  ];
  for (const [role, capabilities] of rights)
    test(`the ${role} and its workers have no right but those of its unit`, async () => {
      const processes = descendants(deployment.process(role).child.pid!);
      assert.ok(processes.length >= (role === "core" ? 1 : 2));
      for (const status of processes) {
        assert.deepEqual(status.get("Uid"), Array(4).fill("65534"));
        assert.deepEqual(status.get("Groups") ?? [], []);
        for (const set of ["CapEff", "CapPrm", "CapBnd", "CapAmb"]) assert.deepEqual(status.get(set), [capabilities]);
        assert.deepEqual(status.get("NoNewPrivs"), ["1"]);
      }
    });

  test("guests come in on 443, and TURN on 3478 and 443 relays", async () => {
    const files = ["--ca", "authority/ca.pem", "--secret-file", "edge/secrets/turn"];
    const args = [MAIN, "doctor", "outside", "--join-host", JOIN_HOST, ...files];
    const { child, lines } = lab.run("home", process.execPath, args, { cwd: deployment.dir });
    const [code] = await once(child, "close");
    assert.equal(code, 0, lines.join("\n"));
    assert.match(lines.join("\n"), /Relays +ok .*4 reached at 203\.0\.113\.10/);
  });

  test("a changed file is taken over on SIGHUP, and one that cannot be read changes nothing", async () => {
    const edge = deployment.process("edge");
    deployment.change("edge", ["turn", "limits"], { allocations: 77 });
    edge.child.kill("SIGHUP");
    await edge.line("configuration taken over");
    deployment.change("edge", ["turn", "sharedSecretFile"], "secrets/none");
    edge.child.kill("SIGHUP");
    await edge.line("configuration not taken over");
    deployment.change("edge", ["turn", "sharedSecretFile"], "secrets/turn");
    await deployment.reachable();
  });

  test("a role that is killed and started again, as systemd does, is carrying again", async () => {
    await deployment.process("edge").crash();
    await deployment.start("edge");
    await deployment.reachable();
  });
});

type Status = ReadonlyMap<string, readonly string[]>;

/** /proc/PID/status of a process and of those it started, proc(5). */
function descendants(pid: number): Status[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
  const lines = readFileSync(`/proc/${pid}/status`, "utf8").trimEnd().split("\n");
  const status = new Map(
    lines.map((line) => [line.split(":")[0]!, line.split(/\s+/).slice(1).filter(Boolean)] as const),
  );
  return [status, ...children.flatMap((child) => descendants(Number(child)))];
}
