import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { candidatesFor, permissible } from "./candidates.ts";
import { decodeChannelOpen } from "./dcep.ts";
import { overdue, type Phase } from "./lifetime.ts";
import type { Link } from "./link.ts";
import { TupleTable } from "./tuples.ts";

const S = 1_000_000;

test("each step of a transport has its time, and what comes after it", () => {
  const rows: [Phase, seconds: number, expected: string][] = [
    [{ phase: "waiting", remoteSetAtUs: undefined }, 1000, "nothing"],
    [{ phase: "waiting", remoteSetAtUs: 0 }, 14.9, "nothing"],
    [{ phase: "waiting", remoteSetAtUs: 0 }, 15, "MEDIA_ICE_TIMEOUT"],
    [{ phase: "handshake", sinceUs: 0 }, 9.9, "nothing"],
    [{ phase: "handshake", sinceUs: 0 }, 10, "MEDIA_DTLS_TIMEOUT"],
    [{ phase: "connected", heardAtUs: 0 }, 4.9, "nothing"],
    [{ phase: "connected", heardAtUs: 0 }, 5, "pathLost"],
    [{ phase: "connected", heardAtUs: 0 }, 29.9, "pathLost"],
    [{ phase: "connected", heardAtUs: 0 }, 30, "MEDIA_PATH_TIMEOUT"],
    [{ phase: "closed" }, 1000, "nothing"],
  ];
  for (const [phase, seconds, expected] of rows) {
    const verdict = overdue(phase, seconds * S);
    assert.equal(verdict.is === "closed" ? verdict.code : verdict.is, expected, `${phase.phase} after ${seconds} s`);
  }
});

const at = (port: number) => ({ address: "192.0.2.1", port });
const host = link("host", 100);

test("a tuple stays with its owner while that is heard, and goes to a newcomer after it has been silent", () => {
  const table = new TupleTable<string>();
  assert.ok(table.claim(host, at(1), "ana", 0));
  assert.equal(table.claim(host, at(1), "eve", 4.9 * S), undefined);
  assert.equal(table.find(host, at(1))?.owner, "ana");
  assert.equal(table.claim(host, at(1), "eve", 5 * S)?.owner, "eve");
  assert.deepEqual(table.removeOwner("ana"), []);
  assert.equal(table.find(host, at(1))?.owner, "eve");
});

test("the same address on two links is two tuples", () => {
  const table = new TupleTable<string>();
  const relay = link("relay", 1);
  table.claim(host, at(1), "ana", 0);
  table.claim(relay, at(1), "ben", 0);
  table.removeLink(relay);
  assert.equal(table.find(host, at(1))?.owner, "ana");
  assert.equal(table.find(relay, at(1)), undefined);
});

test("an owner holds 16 tuples at most: the stalest goes, the path in use stays", () => {
  const table = new TupleTable<string>();
  const path = table.claim(host, at(1), "ana", 0);
  for (let port = 2; port <= 40; port++) table.claim(host, at(port), "ana", port * S, path);
  assert.equal(table.size, 16);
  assert.ok(table.find(host, at(1)), "the path");
  assert.ok(table.find(host, at(40)), "the newest");
  assert.equal(table.find(host, at(2)), undefined);
  table.removeOwner("ana");
  assert.equal(table.size, 0);
});

test("relays are asked to let IPv4 unicast addresses through, and nothing else", () => {
  assert.equal(permissible("198.51.100.7"), "198.51.100.7");
  assert.equal(permissible("::ffff:198.51.100.7"), "198.51.100.7");
  assert.equal(permissible("10.1.2.3"), "10.1.2.3", "which of them is for the edge to decide");
  for (const refused of ["2001:db8::1", "224.0.0.1", "255.255.255.255", "0.0.0.0", "x.local", "", "1.2.3", "0x7f.1"])
    assert.equal(permissible(refused), undefined, refused);
});

test("whoever comes through an edge is told relays only; who is inside gets the host first", () => {
  const links = [link("relay", 1), host, { ...link("relay", 2), candidate: undefined }];
  assert.deepEqual(
    candidatesFor("edge", links).map((candidate) => candidate.type),
    ["relay"],
  );
  assert.deepEqual(
    candidatesFor("inside", links).map((candidate) => candidate.type),
    ["host", "relay"],
  );
});

test("RFC 8832 5.1: DATA_CHANNEL_OPEN as Chromium sends it", () => {
  const reliable = Buffer.from(
    "03000100000000000009 0000".replace(" ", "") + Buffer.from("_reliable").toString("hex"),
    "hex",
  );
  assert.deepEqual(decodeChannelOpen(reliable), {
    ...{ label: "_reliable", ordered: true, maxRetransmits: undefined, maxLifetimeMs: undefined },
  });
  const lossy = Buffer.from(`0381010000000000000600026c6f7373793f${Buffer.from("pp").toString("hex")}`, "hex");
  assert.deepEqual(decodeChannelOpen(lossy), {
    ...{ label: "lossy?", ordered: false, maxRetransmits: 0, maxLifetimeMs: undefined },
  });
  const timed = Buffer.from("0302 0100 000000c8 0001 0000 61".replaceAll(" ", ""), "hex");
  assert.equal(decodeChannelOpen(timed)?.maxLifetimeMs, 200);
});

test("any bytes give a channel or undefined", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      decodeChannelOpen(Buffer.from(bytes));
      decodeChannelOpen(Buffer.from([3, 0, ...bytes]));
    }),
  );
});

function link(kind: "host" | "relay", priority: number): Link {
  const candidate = { type: kind, address: "192.0.2.9", port: 9, priority, foundation: "1" };
  const nothing = () => {};
  return {
    kind,
    edge: undefined,
    edgeId: undefined,
    candidate,
    send: nothing,
    permit: nothing,
    unpermit: nothing,
    bind: nothing,
    release: nothing,
  };
}
