import assert from "node:assert/strict";
import { test } from "node:test";
import { AlarmBoard } from "#alarms";
import { ManualClock, Scope } from "#base";
import type { DialledLinks, LinkReport, LinkStatus, LinkTarget } from "#bridge-link";
import { memoryEventLog } from "#event-log";
import { openTestStorage } from "#storage";
import { WebBridges } from "./web-bridges.ts";

/** Keeps what it was told to dial. */
class Dialled implements DialledLinks {
  targets: readonly LinkTarget[] = [];
  states: Record<string, LinkStatus> = {};
  setTargets(targets: readonly LinkTarget[]): void {
    this.targets = targets;
  }
  reports(): readonly LinkReport[] {
    return this.targets.map((target, i) => ({ ...target, link: i + 1, status: this.states[target.id] ?? TRYING }));
  }
  retry(): void {}
}

const TRYING: LinkStatus = { state: "connecting", attempt: 2 };
const failed = (code: string): LinkStatus => ({ state: "failed", code, detail: "d", remedy: "r", nextTryAt: 0 });

async function world(scope: Scope) {
  const storage = await openTestStorage(scope);
  const alarms = new AlarmBoard(new ManualClock());
  const events = memoryEventLog();
  const bridges = new WebBridges({ storage, callBridge: "cb1", alarms, events });
  const links = new Dialled();
  await bridges.follow(scope, links);
  const add = (noun: string, fields: Record<string, string>) =>
    storage.change((writer) => writer.insert({ noun, fields }));
  const tell = (id: string, status: LinkStatus) => {
    links.states[id] = status;
    bridges.onStatus(links.reports().find((one) => one.id === id)!);
  };
  return { storage, alarms, events, bridges, links, add, tell };
}

test("web bridges are dialled as soon as they are in the storage, but not those of another Call Bridge", async () => {
  await using scope = new Scope();
  const { storage, links, bridges, add } = await world(scope);
  const other = await add("callBridge", { name: "cb2", address: "https://cb2.example.com" });
  const ours = await add("webBridge", { url: "c2w://wb1.example.com:9999" });
  const theirs = await add("webBridge", { url: "c2w://wb2.example.com:9999", callBridge: other.id });
  await untilEqual(() => links.targets, [{ id: ours.id, url: "c2w://wb1.example.com:9999" }]);
  assert.equal(bridges.status(theirs.id), "unused");
  await storage.change((writer) => writer.remove("webBridge", ours.id));
  await untilEqual(() => links.targets, []);
});

test("a failing link is told once in the words of the guide, raises an alarm, and is cleared when it is up", async () => {
  await using scope = new Scope();
  const { alarms, events, bridges, links, add, tell } = await world(scope);
  const { id } = await add("webBridge", { url: "c2w://wb.example.com:9999" });
  await untilEqual(() => links.targets.length, 1);
  for (let tries = 0; tries < 3; tries++) {
    tell(id, TRYING);
    tell(id, failed("BRIDGE_LINK_DNS_FAILURE"));
  }
  assert.deepEqual(
    events.lines.map(({ level, text }) => `${level} ${text}`),
    [
      'warning web bridge link 1: name resolution for "wb.example.com" failed',
      "info failed to establish connection to web bridge link 1 (DNS failure)",
    ],
  );
  const [alarm] = alarms.current();
  assert.deepEqual([alarm?.type, alarm?.failureReason, alarm?.subject?.id], ["c2wConnectionFailure", "dnsFailure", id]);
  assert.match(alarm!.text, /^Web bridge connection to "wb.example.com" failed \(DNS failure\)/);
  assert.equal(bridges.status(id), "dnsFailure");
  tell(id, TRYING);
  assert.equal(bridges.status(id), "dnsFailure");
  tell(id, failed("BRIDGE_LINK_TRUST_FAILURE"));
  assert.equal(bridges.status(id), "connectionFailure");
  assert.equal(alarms.current()[0]?.failureReason, "authenticationFailure");
  tell(id, { state: "connected", since: 1 });
  assert.deepEqual([alarms.current(), bridges.status(id)], [[], "success"]);
  assert.equal(events.lines.at(-1)?.text, "connection to web bridge link 1 established");
});

test("the alarm of a web bridge that is deleted goes with it", async () => {
  await using scope = new Scope();
  const { storage, alarms, links, add, tell } = await world(scope);
  const { id } = await add("webBridge", { url: "c2w://wb.example.com:9999" });
  await untilEqual(() => links.targets.length, 1);
  tell(id, failed("BRIDGE_LINK_CONNECT_FAILURE"));
  assert.equal(alarms.current().length, 1);
  await storage.change((writer) => writer.remove("webBridge", id));
  await untilEqual(() => alarms.current().length, 0);
});

/** Changes are read again in the background. */
async function untilEqual(look: () => unknown, expected: unknown): Promise<void> {
  await using scope = new Scope();
  for (let i = 0; i < 400; i++) {
    try {
      return assert.deepEqual(look(), expected);
    } catch {
      await scope.sleep(5);
    }
  }
  assert.deepEqual(look(), expected);
}
