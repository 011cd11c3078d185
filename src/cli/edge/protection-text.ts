import { duration } from "#base";
import type { BlockedSource, ProtectionAnswer } from "#edge";
import { type Cell, count, facts, flow, type Look, plural, printable, table } from "#terminal";

const MODES = {
  block: ["good", "blocks sources that keep failing"],
  observe: ["warn", "observes only: nobody is blocked"],
  off: ["warn", "off"],
} as const;

/** What it does, who is blocked and why, then what was seen. */
export function protectionText(answer: ProtectionAnswer, look: Look): string {
  const { mode, exempt, refused, sources, rules, failures } = answer;
  const { paint, width } = look;
  const [tone, words] = MODES[mode];
  const seen = Object.entries(failures)
    .filter(([, times]) => times > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([failure, times]) => `${failure} ${count(times)}`);
  const last = duration(rules.lastBlockSeconds * 1000);
  return [
    paint("title", "Protection"),
    ...facts(
      [
        ["Mode", paint(tone, words)],
        [
          "Blocks",
          `at ${rules.threshold} points for ${duration(rules.firstBlockSeconds * 1000)}, doubling up to ${last}`,
        ],
        ["Exempt", exempt.length > 0 ? flow(exempt, width - VALUES_AT) : "nobody"],
        [
          "Turned away",
          `${count(refused.blocked)} connections of blocked sources, ${count(refused.limited)} over a limit`,
        ],
        ["Failures", seen.length > 0 ? flow(seen, width - VALUES_AT) : "none"],
        ["Remembered", plural(sources, "source")],
      ],
      paint,
    ),
    ...blockedLines(answer, look),
  ].join("\n");
}

/** Where the values of facts begin. */
const VALUES_AT = 15;

const COLUMNS = [{ title: "Source" }, { title: "For another" }, { title: "Since" }, { title: "Why" }];

/** While it only observes, administrators' blocks are the only ones in force. */
function blockedLines(answer: ProtectionAnswer, look: Look): string[] {
  const { mode, blocked } = answer;
  if (mode !== "observe") return blockTable("Blocked", blocked, answer, look);
  const byHand = blocked.filter((row) => row.byHand);
  const others = blocked.filter((row) => !row.byHand);
  return [
    ...(byHand.length > 0 ? blockTable("Blocked", byHand, answer, look) : []),
    ...blockTable("Would be blocked", others, answer, look),
  ];
}

function blockTable(title: string, blocked: readonly BlockedSource[], { now }: ProtectionAnswer, { paint }: Look) {
  if (blocked.length === 0) return ["", `${paint("title", title)}\n  nobody`];
  const rows = blocked.map(({ source, since, until, why, count: times }): Cell[] => [
    source,
    duration(until - now),
    `${duration(now - since)} ago`,
    [printable(why), ...(times > 1 ? [paint("dim", `${plural(times, "time")} so far`)] : [])],
  ]);
  return ["", paint("title", title), ...table(COLUMNS, rows, paint)];
}
