import type { Alarm } from "#alarms";
import { duration } from "#base";
import { type Look, paragraph, plural, printable } from "#terminal";

/** What is wrong now, with what to do: nothing else matters as much. `now` is the role's clock. */
export function faultLines(alarms: readonly Alarm[], now: number, { paint, width }: Look): string[] {
  if (alarms.length === 0) return [paint("good", "No faults.")];
  return [
    paint("title", plural(alarms.length, "fault")),
    ...alarms.flatMap(({ text, remedy, raisedAt }) => [
      ...paragraph(printable(text), width, "  ", (line) => paint("bad", line)),
      ...paragraph(`${printable(remedy)} (for ${duration(now - raisedAt)})`, width, "    "),
    ]),
  ];
}
