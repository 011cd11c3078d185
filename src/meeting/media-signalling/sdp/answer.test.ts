import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "sdp-transform";
import { captured, TRANSPORT } from "../testing.ts";
import { type AnsweredSection, writeAnswer } from "./answer.ts";
import { codecsToReceive, codecsToSend } from "./codecs.ts";
import { negotiateExtensions } from "./extensions.ts";
import { type OfferedSection, parseOffer } from "./offer.ts";

const offer = parseOffer(captured("camera-and-microphone"));
const answer = writeAnswer(
  offer.sections.map((offered) => ({ offered, answered: answered(offered) })),
  TRANSPORT,
  7,
);
const media = new Map(parse(answer).media.map((section) => [String(section.mid), section]));

test("the answer is ICE-lite, passive, and bundles all m-lines of the offer in their order", () => {
  assert.match(answer, /^v=0\r\no=turnpike 1 7 IN IP4 127\.0\.0\.1\r\n/);
  assert.match(answer, /\r\na=ice-lite\r\na=group:BUNDLE 0 1 2 3 4 5 6 7 8\r\n/);
  assert.deepEqual(
    [...media.keys()],
    offer.sections.map(({ mid }) => mid),
  );
  assert.ok([...media.values()].every((section) => section.setup === "passive" && section.port === 9));
});

test("the candidates are on the first m-line only, and relayed ones tell no base address", () => {
  assert.deepEqual(
    [...media.values()].map(({ candidates }) => candidates?.length ?? 0),
    [2, 0, 0, 0, 0, 0, 0, 0, 0],
  );
  assert.match(answer, /a=candidate:2 1 udp 16777215 203\.0\.113\.10 24001 typ relay raddr 0\.0\.0\.0 rport 0\r\n/);
});

test("a camera in layers is taken in VP8 with its retransmissions, all layers and feedback", () => {
  const camera = media.get("7")!;
  assert.equal(camera.direction, "recvonly");
  assert.deepEqual(
    camera.rtp.map(({ codec }) => codec),
    ["VP8", "rtx"],
  );
  assert.deepEqual(camera.simulcast, { dir1: "recv", list1: "q;h;f" });
  assert.deepEqual(
    camera.rids?.map(({ id, direction }) => `${id} ${direction}`),
    ["q recv", "h recv", "f recv"],
  );
  const feedback = camera.rtcpFb?.map(({ type, subtype }) => [type, subtype].filter(Boolean).join(" "));
  assert.deepEqual(feedback, ["transport-cc", "nack", "nack pli", "ccm fir"]);
  assert.ok(camera.ext?.some(({ uri }) => uri.endsWith("rtp-stream-id")));
});

test("a microphone is taken in Opus without RED, with discontinuous transmission", () => {
  const microphone = media.get("8")!;
  assert.deepEqual(
    microphone.rtp.map(({ codec, payload }) => `${payload} ${codec}`),
    ["111 opus"],
  );
  assert.equal(microphone.fmtp[0]?.config, "minptime=10;useinbandfec=1;usedtx=1");
});

test("a track that is forwarded names owner, track and both SSRCs, in any codec that may come", () => {
  const forwarded = media.get("3")!;
  assert.equal(forwarded.direction, "sendonly");
  assert.match(answer, /a=msid:PA_owner\|TR_track TR_track\r\n/);
  assert.deepEqual(forwarded.ssrcGroups, [{ semantics: "FID", ssrcs: "1001 1002" }]);
  assert.deepEqual(new Set(forwarded.rtp.map(({ codec }) => codec)), new Set(["VP8", "H264", "rtx"]));
});

test("every payload type and extension id of the answer is the offer's", () => {
  for (const section of parse(captured("camera-and-microphone")).media) {
    const mine = media.get(String(section.mid))!;
    for (const { payload, codec } of mine.rtp)
      assert.ok(
        section.rtp.some((theirs) => theirs.payload === payload && theirs.codec === codec),
        `${section.mid}: ${payload}`,
      );
    for (const { value, uri } of mine.ext ?? [])
      assert.ok(
        section.ext?.some((theirs) => theirs.value === value && theirs.uri === uri),
        `${section.mid}: ${uri}`,
      );
  }
});

test("data channels are on SCTP port 5000 with messages up to 64 KB; other m-lines wait or are refused", () => {
  assert.equal(media.get("6")?.sctpPort, 5000);
  assert.match(answer, /a=max-message-size:65536\r\n/);
  assert.equal(media.get("0")?.direction, "inactive");
  const refused = writeAnswer([{ offered: offer.sections[0]!, answered: { use: "rejected" } }], TRANSPORT, 1);
  assert.match(refused, /m=audio 0 UDP\/TLS\/RTP\/SAVPF 111\r\nc=IN IP4 0\.0\.0\.0\r\na=mid:0\r\n$/);
});

test("H.264 is taken in constrained baseline with packetization mode 1 if it is preferred", () => {
  const [h264] = codecsToReceive(offer.sections[7]!.codecs, "video", "video/H264");
  assert.match(h264?.fmtp ?? "", /packetization-mode=1;profile-level-id=42e01f/);
});

function answered(offered: OfferedSection): AnsweredSection {
  if (offered.kind === "application") return { use: "data" };
  const kind = offered.kind as "audio" | "video";
  const extensions = negotiateExtensions(offered.extensions, kind);
  if (offered.direction === "sendonly") {
    const parameters = kind === "audio" ? ["minptime=10", "useinbandfec=1", "usedtx=1"] : [];
    return { use: "source", codecs: codecsToReceive(offered.codecs, kind), extensions, rids: offered.rids, parameters };
  }
  const codecs = codecsToSend(offered.codecs, kind);
  if (offered.mid !== "3") return { use: "idle", codecs, extensions };
  return {
    use: "subscription",
    codecs,
    extensions,
    streamId: "PA_owner|TR_track",
    trackId: "TR_track",
    ssrc: 1001,
    rtxSsrc: 1002,
  };
}
