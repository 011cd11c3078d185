import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AddTrackRequest,
  MuteTrackRequest,
  Ping,
  SimulcastCodec,
  TrackSource,
  TrackType,
  TrickleRequest,
  UpdateSubscription,
  UpdateTrackSettings,
} from "@livekit/protocol";
import type { RequestMessage } from "../frames.ts";
import { CAPTURED_CIDS, captured, participantView, TRANSPORT, trackView } from "../testing.ts";
import type { JoinContext, SessionInput, SessionOutput } from "./ports.ts";
import { LiveKitSession } from "./session.ts";

const CONTEXT: JoinContext = {
  room: { sid: "RM_1", name: "123456789", createdAt: 0, participants: 1, publishers: 0, metadata: "" },
  me: participantView("PA_me"),
  others: [],
  iceServers: [],
  lastDataSequence: 4,
};

test("a join with an offer: joined, the transport's remote side, then the answer under the offer's id", () => {
  const session = newSession();
  assert.deepEqual(told(session.handle({ input: "open", resumed: false, context: CONTEXT })), ["join"]);
  assert.deepEqual(did(session.handle({ input: "offer", sdp: captured("join"), id: 1 })), ["setRemote"]);
  const outputs = session.handle({ input: "transport", transport: TRANSPORT });
  assert.deepEqual(told(outputs), ["answer"]);
  assert.equal(answerOf(outputs).id, 1);
});

test("tracks that exist at the join are in the first answer: no m-line is asked for", () => {
  const session = newSession();
  for (const sid of ["TR_a", "TR_b"]) session.handle(subscribe(sid, true));
  session.handle({ input: "open", resumed: false, context: CONTEXT });
  session.handle({ input: "offer", sdp: captured("join"), id: 1 });
  const outputs = session.handle({ input: "transport", transport: TRANSPORT });
  assert.deepEqual(did(outputs), ["addSubscription", "addSubscription"]);
  assert.deepEqual(told(outputs), ["answer"]);
  assert.deepEqual(answerOf(outputs).midToTrackId, { 3: "TR_a", 4: "TR_b" });
  assert.match(answerOf(outputs).sdp, /a=msid:PA_owner\|TR_b TR_b/);
});

test("a camera in three layers becomes a source with its layers, lowest first", () => {
  const session = joined();
  const published = session.handle(request({ case: "addTrack", value: camera() }));
  assert.deepEqual(did(published), ["publish"]);
  const { request: wanted } = published[0] as Extract<SessionOutput, { output: "publish" }>;
  assert.deepEqual([wanted.source, wanted.mimeType, wanted.cid], ["camera", "video/VP8", CAPTURED_CIDS.camera]);
  assert.deepEqual(told(session.handle({ input: "published", cid: wanted.cid, track: trackView("TR_cam") })), [
    "trackPublished",
  ]);
  const outputs = session.handle(offer("camera-in-three-layers", 2));
  const source = outputs.find((output) => output.output === "addSource");
  assert.deepEqual(source?.source.rids, ["q", "h", "f"]);
  assert.equal(source?.source.mid, "7");
  assert.equal(source?.source.codecs[0]?.mimeType, "video/VP8");
  assert.match(answerOf(outputs).sdp, /a=simulcast:recv q;h;f/);
});

test("a track that the client stops sending is unpublished, and only that", () => {
  const session = joined();
  session.handle({ input: "published", cid: CAPTURED_CIDS.camera, track: trackView("TR_cam") });
  session.handle({ input: "published", cid: CAPTURED_CIDS.microphone, track: microphone() });
  const [permit, ...sources] = did(session.handle(offer("camera-and-microphone", 2)));
  assert.deepEqual([permit, sources], ["permit 192.0.2.7", ["addSource", "addSource"]]);
  const outputs = session.handle(offer("microphone-stopped", 3));
  assert.deepEqual(did(outputs), ["unpublish TR_mic"]);
});

test("an m-line that names no known track is matched by its kind", () => {
  const session = joined();
  session.handle({ input: "published", cid: "some other id", track: microphone() });
  assert.ok(did(session.handle(offer("camera-and-microphone", 2))).includes("addSource"));
});

test("when m-lines run out the client is asked for as many as are missing, once", () => {
  const session = joined();
  const asked = ["a", "b", "c"].flatMap((name) => session.handle(subscribe(`TR_${name}`, true)));
  assert.deepEqual(requirements(asked), [{ numAudios: 0, numVideos: 0 }], "three are free: only an offer is asked for");
  assert.deepEqual(requirements(session.handle(subscribe("TR_d", true))), [{ numAudios: 0, numVideos: 1 }]);
  const outputs = session.handle(offer("join", 2));
  assert.deepEqual(did(outputs), ["addSubscription", "addSubscription", "addSubscription"]);
  assert.deepEqual(requirements(outputs), [], "the fourth was asked for already");
});

test("a client that adds no m-lines is not asked for ever", () => {
  const session = joined();
  const all = ["a", "b", "c", "d"].flatMap((name) => session.handle(subscribe(`TR_${name}`, true)));
  for (let id = 2; id < 50; id++) all.push(...session.handle(offer("join", id)));
  assert.ok(requirements(all).length > 1 && requirements(all).length < 6);
});

test("a subscription is forwarded only once its source exists, with what the client wanted meanwhile", () => {
  const session = joined();
  session.handle(subscribe("TR_a", false));
  assert.deepEqual(did(session.handle(offer("join", 2))), []);
  const small = new UpdateTrackSettings({ trackSids: ["TR_a"], width: 320, height: 180 });
  assert.deepEqual(session.handle(request({ case: "trackSetting", value: small })), []);
  const outputs = session.handle(subscribe("TR_a", true));
  assert.deepEqual(did(outputs), ["addSubscription", "setSubscription TR_a 0 on"]);
});

const wishes: [Partial<UpdateTrackSettings>, string][] = [
  [{ width: 640, height: 360 }, "setSubscription TR_a 1 on"],
  [{ width: 1920, height: 1080 }, "setSubscription TR_a 2 on"],
  [{ width: 350, height: 190 }, "setSubscription TR_a 0 on"],
  [{ quality: 0 }, "setSubscription TR_a 0 on"],
  [{ quality: 2 }, "setSubscription TR_a 2 on"],
  [{ quality: 3 }, "setSubscription TR_a 2 paused"],
  [{ disabled: true, quality: 2 }, "setSubscription TR_a 2 paused"],
];

for (const [wish, expected] of wishes)
  test(`a wish for ${JSON.stringify(wish)} becomes ${expected}`, () => {
    const session = joined();
    session.handle(subscribe("TR_a", true));
    session.handle(offer("join", 2));
    const value = new UpdateTrackSettings({ ...wish, trackSids: ["TR_a", "TR_unknown"] });
    assert.deepEqual(did(session.handle(request({ case: "trackSetting", value }))), [expected]);
  });

test("an offer with a new ufrag restarts ICE, and its answer waits for the new parameters", () => {
  const session = joined();
  const sdp = captured("join").replaceAll(/a=ice-ufrag:.*/g, "a=ice-ufrag:newer");
  assert.deepEqual(session.handle({ input: "offer", sdp, id: 2 }), [{ output: "restartIce" }]);
  const outputs = session.handle({ input: "transport", transport: { ...TRANSPORT, iceUfrag: "fresh" } });
  assert.match(answerOf(outputs).sdp, /a=ice-ufrag:fresh/);
});

test("of two ICE restarts at once only the second is answered, with the second's parameters", () => {
  const session = joined();
  for (const id of [2, 3]) {
    const sdp = captured("join").replaceAll(/a=ice-ufrag:.*/g, `a=ice-ufrag:new${id}`);
    session.handle({ input: "offer", sdp, id });
  }
  assert.deepEqual(session.handle({ input: "transport", transport: { ...TRANSPORT, iceUfrag: "first" } }), []);
  const outputs = session.handle({ input: "transport", transport: { ...TRANSPORT, iceUfrag: "second" } });
  assert.equal(answerOf(outputs).id, 3);
  assert.match(answerOf(outputs).sdp, /a=ice-ufrag:second/);
});

test("an offer of another PeerConnection sends the client away to join again", () => {
  const session = joined();
  const sdp = captured("join").replaceAll(/a=fingerprint:sha-256 .{5}/g, "a=fingerprint:sha-256 00:00");
  assert.deepEqual(told(session.handle({ input: "offer", sdp, id: 2 })), ["leave"]);
});

test("each candidate's address is let through once, and not without end", () => {
  const session = joined();
  const trickle = (address: string) => {
    const candidateInit = JSON.stringify({ candidate: `candidate:1 1 udp 1 ${address} 5000 typ host` });
    return did(session.handle(request({ case: "trickle", value: new TrickleRequest({ candidateInit }) })));
  };
  assert.deepEqual(trickle("198.51.100.7"), ["permit 198.51.100.7"]);
  assert.deepEqual(trickle("198.51.100.7"), []);
  const more = Array.from({ length: 100 }, (_, i) => trickle(`198.51.100.${100 + i}`)).flat();
  assert.ok(more.length < 30);
});

test("while the socket is lost nothing is sent; the next one hears everything anew", () => {
  const session = joined();
  session.handle({ input: "lost" });
  assert.deepEqual(session.handle({ input: "roster", participants: [] }), []);
  session.handle({ input: "published", cid: "late", track: microphone() });
  session.handle(subscribe("TR_a", true));
  const outputs = session.handle({ input: "open", resumed: true, context: CONTEXT });
  assert.deepEqual(told(outputs), ["reconnect", "update", "trackPublished", "mediaSectionsRequirement"]);
  const [reconnect] = messages(outputs);
  assert.ok(reconnect?.case === "reconnect" && reconnect.value.lastMessageSeq === 4);
});

test("those who fall silent are told once", () => {
  const session = joined();
  const speak = (...speakers: { sid: string; level: number; active: boolean }[]) =>
    messages(session.handle({ input: "speakers", speakers })).map(
      (m) => m.case === "speakersChanged" && m.value.speakers.map((s) => `${s.sid} ${s.active}`),
    );
  assert.deepEqual(speak({ sid: "PA_1", level: 0.5, active: true }), [["PA_1 true"]]);
  assert.deepEqual(speak({ sid: "PA_2", level: 0.5, active: true }), [["PA_2 true", "PA_1 false"]]);
  assert.deepEqual(speak(), [["PA_2 false"]]);
  assert.deepEqual(speak(), []);
});

test("both forms of ping are answered", () => {
  const session = joined();
  assert.deepEqual(told(session.handle(request({ case: "ping", value: 5n }))), ["pong"]);
  const [pong] = messages(session.handle(request({ case: "pingReq", value: new Ping({ timestamp: 5n }) })));
  assert.ok(pong?.case === "pongResp" && pong.value.lastPingTimestamp === 5n && pong.value.timestamp === 1000n);
});

test("only own tracks can be muted; wishes about others' go to the conference", () => {
  const session = joined();
  session.handle({ input: "published", cid: "x", track: microphone() });
  const mute = (sid: string) =>
    did(session.handle(request({ case: "mute", value: new MuteTrackRequest({ sid, muted: true }) })));
  assert.deepEqual(mute("TR_mic"), ["mute TR_mic true"]);
  assert.deepEqual(mute("TR_other"), []);
  const value = new UpdateSubscription({ trackSids: ["TR_other"], subscribe: false });
  assert.deepEqual(did(session.handle(request({ case: "subscription", value }))), ["want TR_other false"]);
});

test("a new relay is told at once to a client that has its answer, and put into the answer of one that has not", () => {
  const candidate = { type: "relay", address: "203.0.113.99", port: 24009, priority: 1, foundation: "2" } as const;
  assert.deepEqual(told(joined().handle({ input: "candidate", candidate })), ["trickle"]);
  const waiting = newSession();
  waiting.handle({ input: "open", resumed: false, context: CONTEXT });
  waiting.handle({ input: "transport", transport: TRANSPORT });
  assert.deepEqual(waiting.handle({ input: "candidate", candidate }), []);
  assert.match(answerOf(waiting.handle({ input: "offer", sdp: captured("join"), id: 1 })).sdp, /203\.0\.113\.99 24009/);
});

test("a disconnect says why and closes the socket; a resume leaves it to the client", () => {
  const bye = joined().handle({ input: "leave", reason: "duplicate-identity", action: "disconnect" });
  assert.deepEqual([told(bye), did(bye)], [["leave"], ["close"]]);
  const resume = joined().handle({ input: "leave", reason: "connection-timeout", action: "resume" });
  assert.deepEqual([told(resume), did(resume)], [["leave"], []]);
});

function newSession(): LiveKitSession {
  let ssrc = 1000;
  return new LiveKitSession(() => ++ssrc);
}

/** A session whose first offer has been answered. */
function joined(): LiveKitSession {
  const session = newSession();
  session.handle({ input: "open", resumed: false, context: CONTEXT });
  session.handle({ input: "offer", sdp: captured("join"), id: 1 });
  session.handle({ input: "transport", transport: TRANSPORT });
  return session;
}

/** A later offer of the same PeerConnection. */
function offer(name: Parameters<typeof captured>[0], id: number): SessionInput {
  const ufrag = /a=ice-ufrag:(.*)/.exec(captured("join"))![1]!.trim();
  return { input: "offer", sdp: captured(name).replaceAll(/a=ice-ufrag:.*/g, `a=ice-ufrag:${ufrag}`), id };
}

function request(message: RequestMessage): SessionInput {
  return { input: "request", message, now: 1000 };
}

function subscribe(sid: string, live: boolean): SessionInput {
  return { input: "subscribe", track: trackView(sid), ownerSid: "PA_owner", live };
}

function camera(): AddTrackRequest {
  return new AddTrackRequest({
    cid: CAPTURED_CIDS.camera,
    type: TrackType.VIDEO,
    source: TrackSource.CAMERA,
    simulcastCodecs: [new SimulcastCodec({ codec: "vp8", cid: CAPTURED_CIDS.camera })],
  });
}

function microphone() {
  return trackView("TR_mic", { kind: "audio", source: "microphone", layers: [], mimeType: "audio/opus" });
}

function messages(outputs: readonly SessionOutput[]) {
  return outputs.flatMap((output) => (output.output === "send" ? [output.message] : []));
}

function told(outputs: readonly SessionOutput[]): (string | undefined)[] {
  return messages(outputs).map((message) => message.case);
}

function answerOf(outputs: readonly SessionOutput[]) {
  const answer = messages(outputs).find((message) => message.case === "answer");
  assert.ok(answer?.case === "answer");
  return answer.value;
}

function requirements(outputs: readonly SessionOutput[]) {
  return messages(outputs).flatMap((message) => {
    if (message.case !== "mediaSectionsRequirement") return [];
    const { numAudios, numVideos } = message.value;
    return [{ numAudios, numVideos }];
  });
}

/** What is to be done beside sending, in short. */
function did(outputs: readonly SessionOutput[]): string[] {
  return outputs.flatMap((output) => {
    switch (output.output) {
      case "send":
        return [];
      case "unpublish":
        return [`unpublish ${output.trackSid}`];
      case "permit":
        return [`permit ${output.address}`];
      case "mute":
        return [`mute ${output.trackSid} ${output.muted}`];
      case "want":
        return [`want ${output.trackSids} ${output.subscribe}`];
      case "setSubscription":
        return [`setSubscription ${output.trackSid} ${output.maxLayer} ${output.paused ? "paused" : "on"}`];
      default:
        return [output.output];
    }
  });
}
