import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ManualClock } from "#base";
import { CONFERENCE_LIMITS, Conference } from "./conference.ts";
import type { ConferenceCommand, ConferenceNotice } from "./messages.ts";
import type { NewTrack } from "./roster.ts";

/** Commands and, after each, what follows: "who: what". */
const timelines: [string, [ConferenceCommand, string[]][]][] = [
  [
    "a track is announced at once and received once its source exists",
    [
      [join("ana"), []],
      [join("rui"), ["ana hears of rui:joined"]],
      [publish("ana", "cam"), ["ana published cam", "all hear of ana:joined[cam]", "rui receives cam soon"]],
      [start("ana", "cam"), ["rui receives cam"]],
      [{ do: "activate", sid: "ana" }, ["all hear of ana:active[cam]"]],
      [{ do: "activate", sid: "ana" }, []],
      [
        { do: "unpublish", sid: "ana", trackSid: "cam" },
        ["rui no longer receives cam", "cam of ana ended", "all hear of ana:active"],
      ],
    ],
  ],
  [
    "who comes later receives what is there",
    [
      [join("ana"), []],
      [publish("ana", "cam"), ["ana published cam", "ana hears of ana:joined[cam]"]],
      [start("ana", "cam"), []],
      [publish("ana", "screen"), ["ana published screen", "ana hears of ana:joined[cam screen]"]],
      [join("rui"), ["ana hears of rui:joined", "rui receives cam", "rui receives screen soon"]],
    ],
  ],
  [
    "muting is told to all and to the media; a track published muted begins muted",
    [
      [join("ana"), []],
      [join("rui"), ["ana hears of rui:joined"]],
      [
        publish("ana", "mic", { muted: true }),
        ["ana published mic", "all hear of ana:joined[mic(muted)]", "rui receives mic soon"],
      ],
      [start("ana", "mic"), ["mic muted", "rui receives mic"]],
      [{ do: "mute", sid: "ana", trackSid: "mic", muted: false }, ["mic open", "all hear of ana:joined[mic]"]],
      [{ do: "mute", sid: "ana", trackSid: "mic", muted: false }, []],
      [{ do: "mute", sid: "rui", trackSid: "mic", muted: true }, []],
    ],
  ],
  [
    "who leaves takes all along, and is let go last",
    [
      [join("ana"), []],
      [join("rui"), ["ana hears of rui:joined"]],
      [publish("ana", "cam"), ["ana published cam", "all hear of ana:joined[cam]", "rui receives cam soon"]],
      [start("ana", "cam"), ["rui receives cam"]],
      [
        { do: "leave", sid: "ana", why: "left" },
        ["rui no longer receives cam", "cam of ana ended", "rui hears of ana:disconnected", "ana is gone: left"],
      ],
      [{ do: "activate", sid: "ana" }, []],
    ],
  ],
  [
    "wishes go before the default, in both directions",
    [
      [join("ana"), []],
      [{ ...join("rui"), autoSubscribe: false }, ["ana hears of rui:joined"]],
      [publish("ana", "cam"), ["ana published cam", "all hear of ana:joined[cam]"]],
      [start("ana", "cam"), []],
      [{ do: "want", sid: "rui", trackSids: ["cam", "unknown"], subscribe: true }, ["rui receives cam"]],
      [{ do: "want", sid: "rui", trackSids: ["cam"], subscribe: false }, ["rui no longer receives cam"]],
      [{ do: "want", sid: "rui", trackSids: ["cam"], subscribe: false }, []],
    ],
  ],
];

for (const [what, steps] of timelines)
  test(what, () => {
    const conference = new Conference(new ManualClock());
    for (const [command, expected] of steps) assert.deepEqual(heard(conference, command), expected);
  });

test("who lost the socket stays for the resume window and then leaves", () => {
  const clock = new ManualClock();
  const conference = new Conference(clock);
  for (const sid of ["ana", "rui"]) conference.handle(join(sid));
  conference.handle({ do: "lose", sid: "ana" });
  conference.handle({ do: "lose", sid: "rui" });
  clock.advance(CONFERENCE_LIMITS.resumeWindowMs - 1);
  assert.deepEqual(conference.handle({ do: "tick" }), []);
  conference.handle({ do: "resume", sid: "rui" });
  clock.advance(1);
  assert.deepEqual(heard(conference, { do: "tick" }), ["rui hears of ana:disconnected", "ana is gone: lost"]);
  assert.deepEqual(
    conference.participants.map(({ sid }) => sid),
    ["rui"],
  );
});

test("a ninth track is refused and the hundredth participant fills the call", () => {
  const conference = new Conference(new ManualClock());
  conference.handle(join("p0"));
  for (let i = 0; i < 8; i++) conference.handle(publish("p0", `t${i}`));
  const notices = conference.handle(publish("p0", "t8"));
  assert.deepEqual(notices, [{ notice: "refused", to: "p0", cid: "cid-t8", why: "too many tracks" }]);
  for (let i = 1; i < 99; i++) conference.handle(join(`p${i}`));
  assert.equal(conference.full, false);
  conference.handle(join("p99"));
  assert.equal(conference.full, true);
});

test("metadata that is too long changes nothing; an empty attribute is removed", () => {
  const conference = new Conference(new ManualClock());
  conference.handle(join("ana"));
  const describe = (metadata: string, attributes: Record<string, string>) =>
    conference.handle({ do: "describe", sid: "ana", metadata, name: "", attributes });
  assert.equal(describe("m", { hand: "up" }).length, 1);
  assert.deepEqual(conference.participant("ana")?.attributes, { hand: "up" });
  assert.deepEqual(describe("x".repeat(20_000), {}), []);
  describe("m", { hand: "" });
  assert.deepEqual(conference.participant("ana")?.attributes, {});
});

test("whatever happens, nobody receives a track that is not there, or their own, and versions only rise", () => {
  const sid = fc.constantFrom("a", "b", "c");
  const trackSid = fc.constantFrom("t1", "t2", "t3");
  const command: fc.Arbitrary<ConferenceCommand> = fc.oneof(
    sid.map((s) => join(s)),
    sid.map((s) => ({ do: "leave", sid: s, why: "left" }) as const),
    fc.tuple(sid, trackSid).map(([s, t]) => publish(s, `${s}-${t}`)),
    fc.tuple(sid, trackSid).map(([s, t]) => start(s, `${s}-${t}`)),
    fc.tuple(sid, trackSid).map(([s, t]) => ({ do: "unpublish", sid: s, trackSid: `${s}-${t}` }) as const),
    fc
      .tuple(sid, sid, trackSid, fc.boolean())
      .map(([s, o, t, subscribe]) => ({ do: "want", sid: s, trackSids: [`${o}-${t}`], subscribe }) as const),
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const conference = new Conference(new ManualClock());
      const receiving = new Set<string>();
      for (const next of commands) {
        if (next.do === "join" && conference.participant(next.sid)) continue;
        for (const notice of conference.handle(next)) track(notice, receiving);
        const present = conference.participants.flatMap(({ tracks }) => tracks.map((t) => t.sid));
        for (const entry of receiving) {
          const [to, sidOfTrack] = entry.split(" ") as [string, string];
          assert.ok(present.includes(sidOfTrack), `${entry} is not there`);
          assert.ok(!sidOfTrack.startsWith(`${to}-`), `${entry} is their own`);
        }
      }
    }),
    { numRuns: 300 },
  );
});

function track(notice: ConferenceNotice, receiving: Set<string>): void {
  if (notice.notice === "subscribe") receiving.add(`${notice.to} ${notice.track.sid}`);
  if (notice.notice === "unsubscribe") assert.ok(receiving.delete(`${notice.to} ${notice.trackSid}`));
  if (notice.notice === "gone")
    for (const entry of receiving) if (entry.startsWith(`${notice.sid} `)) receiving.delete(entry);
}

function join(sid: string) {
  return { do: "join", sid, identity: `id-${sid}`, name: sid, autoSubscribe: true } as const;
}

function publish(sid: string, trackSid: string, change: Partial<NewTrack> = {}): ConferenceCommand {
  const track: NewTrack = {
    cid: `cid-${trackSid}`,
    ...{ kind: "video", source: "camera", name: "", muted: false, width: 0, height: 0, layers: [] },
    ...{ mimeType: "video/VP8", stream: "", stereo: false, disableDtx: false },
    ...change,
  };
  return { do: "publish", sid, trackSid, track };
}

function start(sid: string, trackSid: string): ConferenceCommand {
  return { do: "start", sid, trackSid, mimeType: "video/VP8" };
}

/** Notices to nobody are left out. */
function heard(conference: Conference, command: ConferenceCommand): string[] {
  const notices = conference.handle(command).filter((notice) => notice.notice !== "roster" || notice.to.length > 0);
  return notices.map((notice) => say(notice, conference));
}

function say(notice: ConferenceNotice, { participants }: Conference): string {
  switch (notice.notice) {
    case "roster": {
      const [one] = notice.participants;
      const tracks = one!.tracks.map(({ sid, muted }) => (muted ? `${sid}(muted)` : sid)).join(" ");
      const all = notice.to.length > 1 && notice.to.length === participants.length;
      return `${all ? "all hear" : `${notice.to} hears`} of ${one!.sid}:${one!.state}${tracks && `[${tracks}]`}`.replace(
        /^ hears/,
        "nobody hears",
      );
    }
    case "subscribe":
      return `${notice.to} receives ${notice.track.sid}${notice.live ? "" : " soon"}`;
    case "unsubscribe":
      return `${notice.to} no longer receives ${notice.trackSid}`;
    case "published":
      return `${notice.to} published ${notice.track.sid}`;
    case "ended":
      return `${notice.trackSid} of ${notice.ownerSid} ended`;
    case "mute":
      return `${notice.trackSid} ${notice.muted ? "muted" : "open"}`;
    case "gone":
      return `${notice.sid} is gone: ${notice.why}`;
    default:
      return notice.notice;
  }
}
