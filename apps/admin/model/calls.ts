import type { CallLegView, Calls, CallView, LegMediaView, ParticipantView, StreamView } from "./answers.ts";

export interface CallRow {
  readonly call: CallView;
  readonly waiting: readonly PersonRow[];
  readonly present: readonly PersonRow[];
}

export interface PersonRow {
  readonly participant: ParticipantView;
  readonly leg: CallLegView | undefined;
  readonly numbers: LegNumbers;
}

/** Of one leg; bits per second, percent, milliseconds. The worse loss of the two directions counts. */
export interface LegNumbers {
  readonly received: number;
  readonly sent: number;
  readonly loss: number | undefined;
  readonly roundTripTimeMs: number | undefined;
}

/** Calls with their people, both oldest first: rows keep their place while others come and go. */
export function callRows({ calls, participants, callLegs }: Calls): readonly CallRow[] {
  const legs = new Map(callLegs.map((leg) => [leg.id, leg]));
  const people = participants
    .map((participant) => ({ participant, leg: legs.get(participant.callLegId) }))
    .map(({ participant, leg }) => ({ participant, leg, numbers: numbersOf(leg?.media) }))
    .sort((a, b) => a.participant.joinedAt - b.participant.joinedAt);
  return [...calls]
    .sort((a, b) => a.startedAt - b.startedAt)
    .map((call) => {
      const own = people.filter(({ participant }) => participant.callId === call.id);
      const isWaiting = ({ participant }: PersonRow) => participant.state === "lobby";
      return { call, waiting: own.filter(isWaiting), present: own.filter((one) => !isWaiting(one)) };
    });
}

export function numbersOf(media: LegMediaView | undefined): LegNumbers {
  if (!media) return { received: 0, sent: 0, loss: undefined, roundTripTimeMs: undefined };
  const streams = [...media.rx, ...media.tx];
  return {
    received: sum(media.rx),
    sent: sum(media.tx),
    loss: streams.length ? Math.max(...streams.map(({ packetLossPercentage }) => packetLossPercentage)) : undefined,
    roundTripTimeMs: media.roundTripTimeMs,
  };
}

function sum(streams: readonly StreamView[]): number {
  return streams.reduce((total, { bitRate }) => total + bitRate, 0);
}

/** Both directions of each leg, by leg id: what the sparklines draw. */
export function legRates(rows: readonly CallRow[]): ReadonlyMap<string, number> {
  const people = rows.flatMap(({ present }) => present);
  return new Map(people.map(({ participant, numbers }) => [participant.callLegId, numbers.received + numbers.sent]));
}

/** Rows whose call or person contains the text. */
export function filterCalls(rows: readonly CallRow[], text: string): readonly CallRow[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return rows;
  const has = (value: string) => value.toLowerCase().includes(wanted);
  return rows.filter(
    ({ call, present, waiting }) =>
      has(call.name) || [...present, ...waiting].some(({ participant }) => has(participant.name)),
  );
}

/** How bad a connection is. ITU-T G.114: up to 150 ms one way go unnoticed, beyond 400 ms nobody can talk. */
export function quality({ loss = 0, roundTripTimeMs = 0 }: LegNumbers): "good" | "poor" | "bad" {
  if (loss >= 10 || roundTripTimeMs >= 800) return "bad";
  return loss >= 3 || roundTripTimeMs >= 300 ? "poor" : "good";
}

/** It lets others in and may steer the meeting, as the meeting app shows it: in an open meeting everyone lets others in. */
export function isHost({ isActivator }: ParticipantView, leg: CallLegView | undefined): boolean {
  const rules = leg?.rules;
  const steers =
    rules?.callLockAllowed || rules?.endCallAllowed || rules?.disconnectOthersAllowed || rules?.muteOthersAllowed;
  return isActivator && steers === true;
}
