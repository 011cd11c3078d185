import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { memoryLog, Scope } from "#base";
import { createAuthority, issueServer } from "#certificates";
import { type AdminSources, hashPassword, startAdminServer } from "./index.ts";

const page = {
  title: "Turnpike <test>",
  faults: ["a fault"],
  sections: [{ title: "Spaces", columns: ["Name"], rows: [["<b>x"]], empty: "none" }],
};

const sources: AdminSources = {
  page: () => page,
  routes: [
    { method: "GET", path: "/api/thing/:id", run: ({ params, query }) => ({ ...params, ...query }) },
    { method: "POST", path: "/api/thing", run: ({ body }) => ({ got: body }) },
  ],
  metrics: { contentType: "text/plain; version=0.0.4; charset=utf-8", text: async () => "thing_up 1\n" },
};

interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
}

interface Sent {
  readonly auth?: string | undefined;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function adminServer(context: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "turnpike-admin-"));
  const scope = new Scope();
  context.after(async () => {
    await scope.close();
    rmSync(dir, { recursive: true });
  });
  const authority = await createAuthority("test");
  const pair = await issueServer(authority, { names: ["localhost"], addresses: ["127.0.0.1"], days: 1 });
  const file = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  const config = {
    listen: { address: "127.0.0.1", port: 0 },
    certificate: file("c.pem", pair.certificate),
    key: file("k.pem", pair.key),
    users: [{ username: "admin", passwordHashFile: file("h", await hashPassword("right")) }],
  };
  const log = memoryLog();
  const { port } = await startAdminServer(scope, config, sources, log);
  const ask = (path: string, { auth, method = "GET", headers = {}, body }: Sent = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const call = request({
        host: "127.0.0.1",
        port,
        path,
        method,
        headers,
        ca: authority.certificate,
        servername: "localhost",
        ...(auth ? { auth } : {}),
      });
      call.on("response", (response) => {
        let text = "";
        response.on("data", (chunk) => (text += chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode!, type: response.headers["content-type"], body: text }),
        );
      });
      call.on("error", reject);
      call.end(body);
    });
  const get = (path: string, auth?: string) => ask(path, { auth });
  return { ask, get, log };
}

test("an administrator sees the status as a page and as JSON, escaped", async (context) => {
  const { get } = await adminServer(context);
  const { status, body } = await get("/", "admin:right");
  assert.equal(status, 200);
  assert.match(body, /a fault/);
  assert.doesNotMatch(body, /<b>x/);
  assert.deepEqual(JSON.parse((await get("/api/status", "admin:right")).body), page);
});

test("nobody else sees anything, and a refused password is logged without it", async (context) => {
  const { get, log } = await adminServer(context);
  for (const auth of [undefined, "admin:wrong", "nobody:right", "admin:"])
    assert.equal((await get("/", auth)).status, 401);
  assert.ok(log.lines.some((line) => line.event === "sign-in to the administration refused"));
  assert.doesNotMatch(JSON.stringify(log.lines), /wrong|right/);
});

test("a source that keeps trying is stopped, whatever it then sends", async (context) => {
  const { get } = await adminServer(context);
  const answers = await Promise.all(Array.from({ length: 61 }, () => get("/")));
  assert.equal(answers.filter((answer) => answer.status === 429).length, 1);
  assert.equal((await get("/", "admin:right")).status, 429);
});

test("an administrator asks the role's routes and metrics; nobody else learns which there are", async (context) => {
  const { get, log } = await adminServer(context);
  const thing = await get("/api/thing/7?all=1", "admin:right");
  assert.deepEqual([thing.status, JSON.parse(thing.body)], [200, { id: "7", all: "1" }]);
  const metrics = await get("/metrics", "admin:right");
  assert.deepEqual([metrics.type, metrics.body], ["text/plain; version=0.0.4; charset=utf-8", "thing_up 1\n"]);
  for (const path of ["/api/thing/7", "/metrics", "/api/unheard"]) {
    const refused = await get(path);
    assert.deepEqual([refused.status, JSON.parse(refused.body).error.code], [401, "ADMIN_SIGN_IN"]);
  }
  const unheard = await get("/api/unheard", "admin:right");
  assert.deepEqual([unheard.status, JSON.parse(unheard.body).error.code], [404, "ADMIN_NOT_FOUND"]);
  assert.ok(!log.lines.some(({ event }) => event === "administrator asked"), "reading is no change");
});

test("a change needs JSON from no other site, and is logged with the administrator's name", async (context) => {
  const { ask, log } = await adminServer(context);
  const post = (headers: Record<string, string>, auth = "admin:right") =>
    ask("/api/thing", { method: "POST", auth, headers, body: '{"on":true}' });
  const json = { "content-type": "application/json" };
  assert.equal((await post({ "content-type": "text/plain" })).status, 415);
  assert.equal((await post({ ...json, "sec-fetch-site": "cross-site" })).status, 415);
  assert.equal((await post(json, "admin:wrong")).status, 401);
  assert.equal((await ask("/api/thing", { auth: "admin:right" })).status, 404, "GET changes nothing");
  assert.deepEqual(JSON.parse((await post(json)).body), { got: { on: true } });
  assert.deepEqual(
    log.lines.filter(({ event }) => event === "administrator asked").map(({ fields }) => fields),
    [{ what: "/api/thing", by: "admin" }],
  );
});
