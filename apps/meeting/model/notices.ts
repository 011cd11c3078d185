import type { RoomState } from "./room-state.ts";
import { isHost, type Rules } from "./rules.ts";

/** One thing that has changed for oneself, to be told in a sentence. */
export type Notice =
  | "mutedByHost"
  | "mutedForGood"
  | "mayUnmute"
  | "videoStopped"
  | "videoStoppedForGood"
  | "shareForbidden"
  | "madeHost"
  | "locked"
  | "unlocked";

export interface Known {
  readonly rules: Rules;
  readonly room: RoomState;
}

export function noticesBetween(before: Known, after: Known): readonly Notice[] {
  const [old, now] = [before.rules, after.rules];
  const notices: (Notice | false)[] = [
    !old.micHeld && now.micHeld && (now.unmuteSelf ? "mutedByHost" : "mutedForGood"),
    old.micHeld && !old.unmuteSelf && (!now.micHeld || now.unmuteSelf) && "mayUnmute",
    !old.cameraHeld && now.cameraHeld && (now.startOwnVideo ? "videoStopped" : "videoStoppedForGood"),
    old.share && !now.share && "shareForbidden",
    !isHost(old) && isHost(now) && "madeHost",
    !before.room.locked && after.room.locked && "locked",
    before.room.locked && !after.room.locked && "unlocked",
  ];
  return notices.filter((notice) => notice !== false);
}
