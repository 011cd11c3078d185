import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import {
  DataPacket,
  JoinRequest,
  MuteTrackRequest,
  Pong,
  SignalRequest,
  SignalResponse,
  UserPacket,
  WrappedJoinRequest,
  WrappedJoinRequest_Compression,
} from "@livekit/protocol";
import fc from "fast-check";
import { TurnpikeError } from "#base";
import { forwardData, MAX_DATA } from "./data-packet.ts";
import { decodeRequest, encodeResponse, MAX_FRAME } from "./frames.ts";
import { decodeJoin } from "./join-request.ts";
import { captured } from "./testing.ts";

test("the join request of livekit-client in Chromium holds who it is and its first offer", () => {
  const join = decodeJoin({ join_request: captured("join_request") });
  assert.equal(join.client, "js 2.23.0");
  assert.equal(join.autoSubscribe, true);
  assert.equal(join.resume, undefined);
  assert.equal(join.offer?.id, 1);
  assert.match(join.offer?.sdp ?? "", /^v=0\r\n/);
});

test("a join request may come uncompressed and ask to take a session up again", () => {
  const request = new JoinRequest({ reconnect: true, participantSid: "PA_1" });
  assert.equal(decodeJoin({ join_request: wrap(request, false) }).resume, "PA_1");
  assert.equal(decodeJoin({ join_request: wrap(request, true) }).resume, "PA_1");
});

test("a compressed join request that grows without end is refused", () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  const wrapped = new WrappedJoinRequest({ joinRequest: bomb, compression: WrappedJoinRequest_Compression.GZIP });
  assert.throws(() => decodeJoin({ join_request: base64(wrapped.toBinary()) }), { code: "SIGNALLING_BAD_JOIN" });
});

test("messages come as protobuf or as JSON and are answered alike", () => {
  const message = { case: "mute", value: new MuteTrackRequest({ sid: "TR_1", muted: true }) } as const;
  const request = new SignalRequest({ message });
  for (const frame of [request.toBinary(), request.toJsonString()]) {
    const decoded = decodeRequest(frame);
    assert.ok(decoded.case === "mute" && decoded.value.sid === "TR_1" && decoded.value.muted);
  }
  const pong = { case: "pongResp", value: new Pong({ timestamp: 5n }) } as const;
  assert.equal(SignalResponse.fromBinary(encodeResponse(pong, false) as Uint8Array).message.case, "pongResp");
  assert.equal(SignalResponse.fromJsonString(encodeResponse(pong, true) as string).message.case, "pongResp");
});

test("whatever comes from a socket is read or refused by its own error", () => {
  const frame = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 300 }), fc.json());
  fc.assert(
    fc.property(frame, (bytes) => total(() => decodeRequest(bytes), "SIGNALLING_BAD_FRAME")),
    { numRuns: 500 },
  );
  const joins = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => base64(bytes)),
  );
  fc.assert(
    fc.property(joins, (text) => total(() => decodeJoin({ join_request: text }), "SIGNALLING_BAD_JOIN")),
    { numRuns: 500 },
  );
  total(() => decodeRequest(new Uint8Array(MAX_FRAME + 1)), "SIGNALLING_BAD_FRAME");
  assert.throws(() => decodeJoin({}), { code: "SIGNALLING_BAD_JOIN" });
});

const SENDER = { sid: "PA_true", identity: "true" };

test("a data message goes on under its true sender's name", () => {
  const packet = new DataPacket({
    participantIdentity: "someone else",
    sequence: 9,
    destinationIdentities: ["rui"],
    value: { case: "user", value: new UserPacket({ payload: new Uint8Array([1]), participantSid: "PA_false" }) },
  });
  const forwarded = forwardData(packet.toBinary(), "_reliable", SENDER);
  assert.deepEqual([forwarded?.toIdentities, forwarded?.sequence], [["rui"], 9]);
  const seen = DataPacket.fromBinary(forwarded!.bytes);
  assert.deepEqual([seen.participantSid, seen.participantIdentity, seen.sequence], ["PA_true", "true", 9]);
  assert.equal(seen.value.case === "user" && seen.value.value.participantSid, "PA_true");
});

test("data that is too long, is no packet, or claims who speaks goes nowhere", () => {
  const payload = new Uint8Array(MAX_DATA._lossy);
  const long = new DataPacket({ value: { case: "user", value: new UserPacket({ payload }) } }).toBinary();
  assert.equal(forwardData(long, "_lossy", SENDER), undefined);
  assert.ok(forwardData(long, "_reliable", SENDER));
  const speaker = new DataPacket({ value: { case: "speaker", value: {} } }).toBinary();
  assert.equal(forwardData(speaker, "_reliable", SENDER), undefined);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void forwardData(bytes, "_lossy", SENDER)),
    { numRuns: 300 },
  );
});

function total(decode: () => unknown, code: string): void {
  try {
    decode();
  } catch (error) {
    assert.ok(error instanceof TurnpikeError && error.code === code, String(error));
  }
}

function wrap(request: JoinRequest, compressed: boolean): string {
  const bytes = request.toBinary();
  const { GZIP, NONE } = WrappedJoinRequest_Compression;
  const joinRequest = new Uint8Array(compressed ? gzipSync(bytes) : bytes);
  return base64(new WrappedJoinRequest({ joinRequest, compression: compressed ? GZIP : NONE }).toBinary());
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
