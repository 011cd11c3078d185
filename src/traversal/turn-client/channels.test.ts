import assert from "node:assert/strict";
import { test } from "node:test";
import { type Attribute, attributes, FIRST_CHANNEL, Method } from "#stun";
import { Channels } from "./channels.ts";
import { Permissions } from "./permissions.ts";
import type { Session } from "./session.ts";

const MINUTE = 60_000;

/** Answers every request at once, or refuses it. */
function fakeSession(refuse = false) {
  const requests: string[] = [];
  const request = async (method: number, list: readonly Attribute[]) => {
    const number = list.find(({ type }) => type === attributes.channelNumber.type);
    const value = number
      ? Buffer.from(number.encode(new Uint8Array(12)))
          .readUInt16BE(0)
          .toString(16)
      : "";
    requests.push(`${method === Method.channelBind ? "bind" : "permit"} ${value}`.trim());
    if (refuse) throw new Error("refused");
  };
  return { requests, session: { request } as unknown as Session };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const peer = (port: number) => ({ address: "192.0.2.1", port });
const nothing = () => {};

test("a channel carries packets once it is bound, is refreshed within its permission's 5 minutes, and not after release", async () => {
  const { requests, session } = fakeSession();
  const channels = new Channels(session);
  channels.bind(peer(1), 0, nothing);
  channels.bind(peer(1), 0, nothing);
  assert.equal(channels.numberOf(peer(1)), undefined);
  await settled();
  assert.equal(channels.numberOf(peer(1)), FIRST_CHANNEL);
  assert.deepEqual(channels.peerOf(FIRST_CHANNEL), peer(1));
  channels.refresh(3 * MINUTE, nothing);
  channels.refresh(4 * MINUTE, nothing);
  channels.release(peer(1), 4 * MINUTE);
  channels.refresh(9 * MINUTE, nothing);
  assert.deepEqual(requests, ["bind 4000", "bind 4000"]);
  assert.equal(channels.numberOf(peer(1)), undefined);
});

test("a peer that returns gets its number back; another peer gets it only 15 minutes after release", async () => {
  const { requests, session } = fakeSession();
  const channels = new Channels(session);
  for (let port = 1; port <= 4096; port++) channels.bind(peer(port), 0, nothing);
  channels.bind(peer(5000), 0, nothing);
  await settled();
  assert.equal(requests.length, 4096, "the 4097th peer goes without");
  channels.release(peer(1), 0);
  channels.release(peer(2), 0);
  channels.bind(peer(1), MINUTE, nothing);
  assert.equal(requests.at(-1), "bind 4000");
  channels.bind(peer(5000), 14 * MINUTE, nothing);
  assert.equal(requests.length, 4097);
  channels.bind(peer(5000), 15 * MINUTE, nothing);
  assert.equal(requests.at(-1), "bind 4001");
  await settled();
  assert.deepEqual(channels.peerOf(FIRST_CHANNEL + 1), peer(5000));
});

test("a refused channel leaves its peer with indications, and may be asked for again", async () => {
  const { session } = fakeSession(true);
  const channels = new Channels(session);
  const refused: number[] = [];
  channels.bind(peer(1), 0, ({ port }) => refused.push(port));
  await settled();
  assert.deepEqual(refused, [1]);
  assert.equal(channels.numberOf(peer(1)), undefined);
  channels.bind(peer(1), 0, ({ port }) => refused.push(port));
  await settled();
  assert.deepEqual(refused, [1, 1]);
});

test("a permission is asked for once, refreshed while somebody needs it, and forgotten after", async () => {
  const { requests, session } = fakeSession();
  const permissions = new Permissions(session);
  await Promise.all([permissions.permit("192.0.2.1", 0), permissions.permit("192.0.2.1", 0)]);
  permissions.refresh(4 * MINUTE, nothing);
  permissions.release("192.0.2.1");
  permissions.refresh(8 * MINUTE, nothing);
  permissions.release("192.0.2.1");
  permissions.refresh(12 * MINUTE, nothing);
  assert.deepEqual(requests, ["permit", "permit", "permit"]);
});

test("a refused permission is told to whoever asked, and may be asked for again", async () => {
  const { requests, session } = fakeSession(true);
  const permissions = new Permissions(session);
  await assert.rejects(permissions.permit("192.0.2.1", 0));
  await assert.rejects(permissions.permit("192.0.2.1", 0));
  assert.equal(requests.length, 2);
});
