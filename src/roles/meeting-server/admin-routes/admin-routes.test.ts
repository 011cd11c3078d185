import assert from "node:assert/strict";
import { test } from "node:test";
import type { AdminCall } from "#admin-http";
import { AlarmBoard } from "#alarms";
import { Scope, systemClock } from "#base";
import type { LinkReport } from "#bridge-link";
import type { TurnServerStatus, TurnServers } from "#call-bridge";
import { memoryEventLog } from "#event-log";
import type { Events, TracingList } from "#operations";
import { LOBBY_TEMPLATE, seedDefaults } from "#spaces";
import { openTestStorage } from "#storage";
import { MemoryCalls } from "../../../meeting/api/testing/calls.ts";
import type { Calls, Overview, SpaceLink, UserList, WebBridgeList } from "./answers.ts";
import { adminRoutesOf } from "./index.ts";

const STATUS: TurnServerStatus = {
  ...{ id: "t1", serverAddress: "10.0.1.2", clientAddress: "203.0.113.10", type: "cms" },
  ...{ hosts: [], ours: true, preferred: true },
};

async function world(scope: Scope) {
  const storage = await openTestStorage(scope);
  await seedDefaults(storage);
  const alarms = new AlarmBoard(systemClock);
  const events = memoryEventLog();
  const calls = new MemoryCalls();
  const turnServers: TurnServers = {
    all: () => [STATUS],
    status: (id) => (id === STATUS.id ? STATUS : undefined),
    probe: async (id) => (id === STATUS.id ? STATUS : undefined),
    iceServersFor: () => [],
    failure: () => undefined,
  };
  const links: LinkReport[] = [];
  const routes = adminRoutesOf({
    ...{ calls, turnServers, alarms, events, storage, clock: systemClock, links: () => links },
    ...{ startedAt: systemClock.now() - 5000, version: "1.2.3", name: "cb1", joinHost: "join.example.com" },
  });
  const call = (more: Partial<AdminCall>): AdminCall => ({
    ...{ params: {}, query: {}, body: undefined, from: "127.0.0.1", lastEventId: undefined },
    by: { name: "ann", role: "admin" },
    ...more,
  });
  const find = (method: string, path: string) => {
    const route = routes.find((one) => one.method === method && one.path === path);
    assert.ok(route, `${method} ${path}`);
    return route;
  };
  const ask = async <T>(method: string, path: string, more: Partial<AdminCall> = {}) =>
    (await find(method, path).run?.(call(more))) as T;
  const follow = (query: AdminCall["query"], signal: AbortSignal) =>
    find("GET", "/api/events/stream").stream!(call({ query }), signal);
  return { storage, alarms, events, calls, links, ask, follow };
}

test("the overview counts calls and ways, and shows faults and the latest errors first", async () => {
  await using scope = new Scope();
  const { storage, alarms, events, calls, ask } = await world(scope);
  await storage.change((writer) => writer.insert({ noun: "coSpace", fields: { name: "Weekly" } }));
  const { id } = calls.addCall({ numWaiting: 1 });
  calls.addParticipant(id, {}, { path: { link: "host", peer: "10.0.0.9:5000", edge: undefined } });
  calls.addParticipant(id, {}, { path: { link: "relay", peer: "198.51.100.7:5000", edge: "10.0.1.2" } });
  calls.addParticipant(id, {}, { path: undefined });
  alarms.raise({ type: "turnServerUnavailable", text: "it is away", remedy: "start it" });
  events.write("info", "nothing");
  events.write("warning", "first");
  events.write("error", "second");
  const overview = await ask<Overview>("GET", "/api/overview");
  assert.deepEqual(overview.ways, { direct: 1, relays: [{ edge: "10.0.1.2", legs: 1 }], none: 1 });
  assert.deepEqual([overview.calls, overview.waiting, overview.name, overview.version], [1, 1, "cb1", "1.2.3"]);
  assert.deepEqual(
    overview.recent.map(({ text }) => text),
    ["second", "first"],
  );
  events.write("info", "nothing again");
  events.write("error", "third");
  const later = await Promise.all([ask<Overview>("GET", "/api/overview"), ask<Overview>("GET", "/api/overview")]);
  for (const { recent } of later)
    assert.deepEqual(
      recent.map(({ text }) => text),
      ["third", "second", "first"],
    );
  assert.deepEqual([overview.spaces, overview.users], [1, 0]);
  assert.equal(overview.alarms[0]?.text, "it is away");
  assert.equal(overview.turnServers[0]?.serverAddress, "10.0.1.2");
});

test("calls, participants and call legs come in one answer", async () => {
  await using scope = new Scope();
  const { calls, ask } = await world(scope);
  const { id } = calls.addCall({ name: "Stand-up" });
  calls.addParticipant(id, { name: "Ana" });
  const answer = await ask<Calls>("GET", "/api/calls");
  assert.deepEqual([answer.calls[0]?.name, answer.participants[0]?.name], ["Stand-up", "Ana"]);
  assert.equal(answer.callLegs[0]?.id, answer.participants[0]?.callLegId);
});

test("a TURN server is tried on demand; one that is gone is said to be", async () => {
  await using scope = new Scope();
  const { ask } = await world(scope);
  assert.deepEqual(await ask("POST", "/api/turn-servers/:id/probe", { params: { id: "t1" } }), STATUS);
  await assert.rejects(ask("POST", "/api/turn-servers/:id/probe", { params: { id: "t2" } }), {
    code: "ADMIN_NOT_FOUND",
  });
});

test("each Web Bridge comes with the link that is dialled to it, if there is one", async () => {
  await using scope = new Scope();
  const { storage, links, ask } = await world(scope);
  const [first, second] = await storage.change(async (writer) => [
    await writer.insert({ noun: "webBridge", fields: { url: "c2w://wb1:9999" } }),
    await writer.insert({ noun: "webBridge", fields: { url: "c2w://wb2:9999" } }),
  ]);
  links.push({ id: first!.id, link: 1, url: "c2w://wb1:9999", status: { state: "connected", since: 1 } });
  const { webBridges } = await ask<WebBridgeList>("GET", "/api/web-bridges");
  assert.deepEqual(
    webBridges.map(({ id, link }) => [id, link?.status.state]),
    [
      [first!.id, "connected"],
      [second!.id, undefined],
    ],
  );
});

test("users are listed with their source and without their password's hash", async () => {
  await using scope = new Scope();
  const { storage, ask } = await world(scope);
  await storage.change((writer) =>
    writer.insert({ noun: "user", fields: { userJid: "ana@x.org", name: "Ana", passwordHash: "$argon2id$secret" } }),
  );
  const list = await ask<UserList>("GET", "/api/users", { query: { filter: "ANA" } });
  assert.deepEqual([list.total, list.users[0]?.userJid, list.users[0]?.source], [1, "ana@x.org", "local"]);
  assert.doesNotMatch(JSON.stringify(list), /argon2id/);
});

test("events are filtered, paged and exported as the log writes them", async () => {
  await using scope = new Scope();
  const { events, ask } = await world(scope);
  for (const text of ["one", "two", "three"]) events.write(text === "two" ? "warning" : "info", text);
  const texts = async (query: Record<string, string>) =>
    (await ask<Events>("GET", "/api/events", { query })).entries.map(({ text }) => text);
  assert.deepEqual(await texts({ levels: "warning,error" }), ["two"]);
  assert.deepEqual(await texts({ before: "3", limit: "1" }), ["two"]);
  assert.deepEqual(await texts({ text: "THREE" }), ["three"]);
  const lines = (await ask<string>("GET", "/api/events/export")).split("\n");
  assert.equal(lines.length, 4);
  assert.match(lines[1]!, /^\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\.\d{3}\tWarning\ttwo$/);
  for (const query of [{ levels: "loud" }, { limit: "0" }, { unheard: "1" }])
    await assert.rejects(ask("GET", "/api/events", { query }), { code: "ADMIN_BAD_REQUEST" });
});

test("the stream begins after the last line that was seen, goes on live, and ends with its signal", async () => {
  await using scope = new Scope();
  const { events, follow } = await world(scope);
  events.write("info", "seen");
  events.write("info", "missed");
  const stop = new AbortController();
  const stream = follow({ after: "1" }, stop.signal)[Symbol.asyncIterator]();
  const next = async () => (await stream.next()).value as { readonly id: string; readonly data: { text: string } };
  assert.deepEqual([(await next()).data.text], ["missed"]);
  events.write("info", "live");
  const live = await next();
  assert.deepEqual([live.id, live.data.text], ["3", "live"]);
  stop.abort();
  assert.equal((await stream.next()).done, true);
});

test("tracing is switched on and off for a subsystem, and says what it is for", async () => {
  await using scope = new Scope();
  const { events, ask } = await world(scope);
  const set = (minutes: number) =>
    ask<TracingList>("POST", "/api/tracing", { body: { subsystem: "ice", minutes } }).then(({ tracing }) =>
      tracing.find(({ subsystem }) => subsystem === "ice"),
    );
  const on = await set(10);
  assert.ok(on?.until && on.help);
  assert.equal((await set(0))?.until, undefined);
  assert.ok(events.lines.length > 0);
  await assert.rejects(ask("POST", "/api/tracing", { body: { subsystem: "ice", minutes: 9999 } }), {
    code: "ADMIN_BAD_REQUEST",
  });
});

test("a space made from a template has the template's ways in, each with a link and an invitation", async () => {
  await using scope = new Scope();
  const { storage, events, ask } = await world(scope);
  const templates = await storage.list("coSpaceTemplate", { filter: LOBBY_TEMPLATE });
  const body = { coSpaceTemplate: templates.objects[0]!.id, name: "Weekly" };
  const { id } = await ask<{ id: string }>("POST", "/api/spaces", { body });
  const linksOfSpace = () => ask<{ links: readonly SpaceLink[] }>("GET", "/api/spaces/:id/links", { params: { id } });
  const { links } = await linksOfSpace();
  assert.deepEqual(links.map(({ accessMethod }) => accessMethod?.name).sort(), ["Guest", "Host"]);
  for (const { link, callId, invitations } of links) {
    assert.ok(link.startsWith(`https://join.example.com/meeting/${callId}?secret=`));
    assert.deepEqual(
      invitations.map(({ language, text }) => [language, text.includes(link)]),
      [
        ["en", true],
        ["pt-BR", true],
      ],
    );
  }
  await ask("POST", "/api/spaces/:id/access-methods", { params: { id }, body: { name: "Press" } });
  assert.match(
    (await linksOfSpace()).links.find(({ accessMethod }) => accessMethod?.name === "Press")!.callId,
    /^\d{9}$/,
  );
  assert.ok(events.lines.some(({ text }) => text === `127.0.0.1: API user "ann" created new coSpace ${id}`));
  await assert.rejects(ask("GET", "/api/spaces/:id/links", { params: { id: "nothing" } }), { code: "ADMIN_NOT_FOUND" });
});

test("the schema is plain JSON with every noun that has a place", async () => {
  await using scope = new Scope();
  const { ask } = await world(scope);
  const { nouns } = await ask<{ nouns: readonly { readonly name: string }[] }>("GET", "/api/schema");
  assert.deepEqual(JSON.parse(JSON.stringify(nouns)), nouns);
  assert.ok(["coSpace", "turnServer", "user"].every((name) => nouns.some((noun) => noun.name === name)));
});
