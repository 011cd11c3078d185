import { useEffect, useRef } from "preact/hooks";
import type { Meeting } from "../../model/meeting.ts";
import { type Known, noticesBetween } from "../../model/notices.ts";
import { useStrings } from "../strings.ts";

/** Says in a sentence what has been changed for oneself. */
export function useNotices(meeting: Meeting, say: (text: string, important?: boolean) => void): void {
  const { host } = useStrings();
  const rules = meeting.rules.value;
  const room = meeting.room.value;
  const before = useRef<Known>({ rules, room });
  useEffect(() => {
    const now = { rules, room };
    for (const notice of noticesBetween(before.current, now)) say(host.notices[notice], true);
    before.current = now;
  }, [rules, room, say, host]);
}
