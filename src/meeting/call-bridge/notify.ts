import { assertNever } from "#base";
import type { ConferenceNotice } from "#conference";
import type { SessionInput } from "#media-signalling";
import type { Call } from "./call.ts";
import { ownView } from "./shown.ts";

type Roster = Extract<ConferenceNotice, { notice: "roster" }>;

/** Each participant is told of itself what it may do; the others are not. */
function roster(call: Call, { to, participants }: Roster): void {
  for (const sid of to) {
    const client = call.client(sid);
    if (!client) continue;
    const shown = participants.map((one) => (one.sid === sid ? ownView(call, client, one) : one));
    call.post(client, { input: "roster", participants: shown });
  }
}

/** Tells the sessions and the media what has happened in the conference. */
export function notify(call: Call, notice: ConferenceNotice): void {
  const post = (to: readonly string[], input: SessionInput) => {
    for (const sid of to) {
      const client = call.client(sid);
      if (client) call.post(client, input);
    }
  };
  switch (notice.notice) {
    case "roster":
      return void roster(call, notice);
    case "published":
      return void post([notice.to], { input: "published", cid: notice.cid, track: notice.track });
    case "refused":
      return void post([notice.to], { input: "refused", request: "publish", cid: notice.cid, why: notice.why });
    case "subscribe": {
      const { track, ownerSid, live } = notice;
      return void post([notice.to], { input: "subscribe", track, ownerSid, live });
    }
    case "unsubscribe":
      return void post([notice.to], { input: "unsubscribe", trackSid: notice.trackSid });
    case "speakers":
      return void post(notice.to, { input: "speakers", speakers: notice.speakers });
    case "quality":
      return void post(notice.to, { input: "quality", of: notice.of });
    case "mute": {
      const { trackSid: sourceId, muted, ownerSid } = notice;
      return void call.client(ownerSid)?.leg.request({ do: "muteSource", sourceId, muted });
    }
    case "ended":
      call.client(notice.ownerSid)?.saysMuted.delete(notice.trackSid);
      return void call.client(notice.ownerSid)?.leg.request({ do: "removeSource", sourceId: notice.trackSid });
    case "gone":
      return void call.dismiss(notice.sid, notice.why);
    default:
      assertNever(notice);
  }
}
