import assert from "node:assert/strict";
import { mock, test } from "node:test";
import type { EventEntry } from "../model/answers.ts";
import { PRESENT } from "../model/form.ts";
import { followEvents } from "./event-stream.ts";
import { factsOf } from "./failure.ts";
import { Objects } from "./objects.ts";
import { Server } from "./server.ts";
import type { Answer, Request, StreamListener } from "./transport.ts";

/** A server that answers as it is told, and remembers what it was asked. */
function serverThat(
  answers: (request: Request) => Partial<{ status: number; body: unknown; etag: string }> | undefined,
) {
  const asked: Request[] = [];
  const followed: { readonly path: string; readonly listener: StreamListener }[] = [];
  const server = new Server({
    send: async (request): Promise<Answer> => {
      asked.push(request);
      const answer = answers(request);
      if (!answer) throw new TypeError("no answer");
      const { status = 200, body, etag } = answer;
      const header = (name: string) => (name === "etag" ? etag : undefined);
      return { status, header, text: body === undefined ? "" : JSON.stringify(body) };
    },
    follow: (path, listener) => {
      followed.push({ path, listener });
      return () => {};
    },
  });
  return { server, asked, followed };
}

test("a server that does not answer is away until it answers again", async () => {
  let isThere = false;
  const { server } = serverThat(() => (isThere ? { body: {} } : undefined));
  await assert.rejects(server.get("/api/x"), ({ facts }) => facts.code === "APP_SERVER_AWAY");
  assert.equal(server.away.value, true);
  isThere = true;
  await server.get("/api/x");
  assert.equal(server.away.value, false);
});

test("a session that is over is noticed; a wrong password is not taken for it", async () => {
  const { server } = serverThat(() => ({ status: 401, body: { error: { code: "ADMIN_SIGN_IN" } } }));
  let ended = 0;
  server.onSignedOut = () => ended++;
  await assert.rejects(server.change("DELETE", "/api/session/totp", { password: "x" }));
  assert.equal(ended, 0);
  await assert.rejects(server.get("/api/overview"));
  assert.equal(ended, 1);
});

test("failures of both kinds of routes are understood", async () => {
  const failing = async (status: number, body: unknown) =>
    serverThat(() => ({ status, body }))
      .server.get("/api/x")
      .catch(factsOf);
  assert.deepEqual(await failing(404, { error: { code: "ADMIN_NOT_FOUND", message: "gone", remedy: "reload" } }), {
    ...{ status: 404, code: "ADMIN_NOT_FOUND", message: "gone", remedy: "reload" },
  });
  const details = { code: "parameterError", parameter: "uri", error: "invalidValue", text: "no spaces" };
  assert.deepEqual(await failing(400, { failureDetails: details }), {
    ...{ status: 400, code: "parameterError", message: "no spaces", parameter: "uri", parameterError: "invalidValue" },
  });
  assert.deepEqual(await failing(502, "<html>"), { status: 502, code: "HTTP_502" });
});

test("objects are read with their version, and secrets only as being there", async () => {
  const turnServer = { id: "g1", serverAddress: "10.0.0.1", passwordPresent: true };
  const { server, asked } = serverThat(() => ({ body: { turnServer }, etag: '"4"' }));
  const objects = new Objects(server);
  const noun = { name: "turnServer", plural: "turnServers" };
  const object = await objects.get(noun, "turnServers/g1");
  assert.deepEqual(object, { id: "g1", values: { serverAddress: "10.0.0.1", password: PRESENT }, etag: '"4"' });
  await objects.update("turnServers/g1", { type: "cms" }, object.etag);
  assert.equal(asked.at(-1)?.headers?.["if-match"], '"4"');
});

test("a list without objects is empty", async () => {
  const { server } = serverThat(() => ({ body: { users: { total: 0 } } }));
  assert.deepEqual(await new Objects(server).listByName("users", "user"), { total: 0, objects: [] });
});

test("a stream that ends goes on after the last line seen, once the server knows the session again", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { server, asked, followed } = serverThat(() => ({ body: {} }));
  const seen: number[] = [];
  const stop = followEvents(server, (after) => `/stream?after=${after}`, 5, {
    onEntry: ({ sequence }: EventEntry) => void seen.push(sequence),
    onState: () => {},
  });
  followed[0]!.listener.onMessage(JSON.stringify({ sequence: 7 }));
  followed[0]!.listener.onEnd();
  mock.timers.tick(2000);
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(
    [seen, asked.map(({ path }) => path), followed.map(({ path }) => path)],
    [[7], ["/api/session"], ["/stream?after=5", "/stream?after=7"]],
  );
  stop();
  mock.timers.reset();
});
