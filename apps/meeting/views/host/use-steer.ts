import { useCallback } from "preact/hooks";
import type { ControlAction } from "../../model/actions.ts";
import type { Controlled, Meeting } from "../../model/meeting.ts";
import { type Strings, useStrings } from "../strings.ts";

/** Asks for something and says what came of it: `done` if it worked, a sentence if it did not. */
export type Steer = (action: ControlAction, done?: string) => void;

export function useSteer(meeting: Meeting, say: (text: string) => void): Steer {
  const strings = useStrings();
  return useCallback(
    (action, done) => {
      void meeting.control(action).then((result) => {
        const text = result.done ? done : failureText(result, strings);
        if (text) say(text);
      });
    },
    [meeting, say, strings],
  );
}

function failureText({ code, said }: Extract<Controlled, { done: false }>, { host }: Strings): string {
  return code in host.failures ? host.failures[code as keyof typeof host.failures] : said || host.failed;
}
