import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { test } from "node:test";
import { addAdministrator } from "#admin-http";
import { Scope, systemClock } from "#base";
import { callControl } from "#control";
import { authority, testEdge } from "./testing/test-edge.ts";

const PASSWORD = "a-long-password";

test("an administrator signs in to the edge's administration, and the trail has what was done at either door", async (context) => {
  const scope = new Scope();
  context.after(() => scope.close());
  const admin = ["admin: { listen: 127.0.0.1:0, certificate: web.pem, key: web.key }"];
  const { edge, folder, lines } = await testEdge(scope, [], admin);
  const origin = `https://${edge.info.admin}`;
  assert.ok(lines.some(({ event }) => event === "nobody can sign in to the administration"));
  const accounts = join(folder, "secrets/administrators.json");
  await addAdministrator(accounts, { name: "ann", role: "admin", password: PASSWORD }, systemClock);

  assert.match((await ask(origin, "GET", "/api/overview", {})).body, /ADMIN_SIGN_IN/);
  const credentials = { username: "ann", password: PASSWORD };
  const { cookie } = await ask(origin, "POST", "/api/session", {}, credentials);
  assert.equal(JSON.parse((await ask(origin, "GET", "/api/role", { cookie })).body).role, "edge");
  const overview = JSON.parse((await ask(origin, "GET", "/api/overview", { cookie })).body);
  assert.equal(overview.turn.state, "active");
  await ask(origin, "POST", "/api/turn/drain", { cookie }, { on: true });
  await callControl(join(folder, "run/control.sock"), "POST", "/api/turn/drain", { on: false });

  const { entries } = JSON.parse((await ask(origin, "GET", "/api/audit", { cookie })).body);
  assert.deepEqual(
    entries.map(({ what, who, path }: Record<string, string>) => [what, who, path ?? ""].join(" ").trim()),
    ["changed control socket /api/turn/drain", "changed ann /api/turn/drain", "signed in ann"],
  );
  assert.doesNotMatch(readFileSync(join(folder, "audit.log"), "utf8"), new RegExp(PASSWORD));
});

interface Answer {
  readonly body: string;
  readonly cookie: string;
}

/** As a browser asks. */
function ask(origin: string, method: string, path: string, headers: object, body?: object): Promise<Answer> {
  const own = { accept: "text/html", "content-type": "application/json", "x-turnpike-admin": "1", ...headers };
  return new Promise((resolve, reject) => {
    const options = { method, headers: own, ca: authority.certificate, servername: "join.localhost", agent: false };
    const call = request(new URL(path, origin), options, async (response) => {
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) text += chunk;
      resolve({ body: text, cookie: response.headers["set-cookie"]?.[0]?.split(";")[0] ?? "" });
    });
    call.on("error", reject);
    call.end(body && JSON.stringify(body));
  });
}
