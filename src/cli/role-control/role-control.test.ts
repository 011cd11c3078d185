import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { memoryLog, Scope } from "#base";
import { startControl } from "#control";
import { roleControl } from "./role-control.ts";
import { roleFile } from "./role-file.ts";

function folder(context: TestContext, ...files: string[]) {
  const dir = mkdtempSync(join(tmpdir(), "turnpike-role-"));
  context.after(() => rmSync(dir, { recursive: true }));
  for (const file of files) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), "control: { socket: run/s }\n");
  }
  return { folder: dir, home: join(dir, "var") };
}

test("the one role file of this folder is meant, whatever lies below", (context) => {
  const around = folder(context, "core.yaml", "data/edge/edge.yaml", "other.yaml");
  assert.equal(roleFile(undefined, undefined, around), join(around.folder, "core.yaml"));
  assert.equal(roleFile("x/y.yaml", undefined, around), join(around.folder, "x/y.yaml"));
});

test("a command of one role finds its file among those of a deployment, of `turnpike up` and of services", (context) => {
  const around = folder(
    context,
    "data/edge/edge.yaml",
    "data/core/core.yaml",
    "var/meeting-server/meeting-server.yaml",
  );
  assert.equal(roleFile(undefined, ["edge"], around), join(around.folder, "data/edge/edge.yaml"));
  assert.equal(
    roleFile(undefined, ["meeting-server"], around),
    join(around.home, "meeting-server/meeting-server.yaml"),
  );
});

test("several are named to choose from, and none says where was looked", (context) => {
  const several = folder(context, "edge/edge.yaml", "core/core.yaml");
  assert.throws(() => roleFile(undefined, undefined, several), {
    code: "ROLE_FILE_SEVERAL",
    remedy: "say which one: --config edge/edge.yaml or --config core/core.yaml",
  });
  const none = folder(context);
  assert.throws(() => roleFile(undefined, ["edge"], none), {
    code: "ROLE_FILE_NONE",
    message: `no edge.yaml was found (looked in this folder, its folders, data, ${none.home})`,
  });
});

test("what is asked of an edge does not reach a core", async (context) => {
  const around = folder(context, "core.yaml");
  const config = join(around.folder, "core.yaml");
  const scope = new Scope();
  context.after(() => scope.close());
  const routes = [
    { method: "GET", path: "/api/role", run: () => ({ role: "core" }) },
    { method: "GET", path: "/api/thing", run: () => ({ thing: 1 }) },
  ] as const;
  await startControl(scope, { socket: join(around.folder, "run/s") }, { routes }, memoryLog());
  assert.deepEqual(await roleControl({ config }, ["core", "edge"]).ask("GET", "/api/thing"), { thing: 1 });
  await assert.rejects(roleControl({ config }, ["edge"]).ask("GET", "/api/thing"), {
    code: "ROLE_FILE_OTHER",
    message: `${config} is the core's, and this is asked of the edge`,
  });
});
