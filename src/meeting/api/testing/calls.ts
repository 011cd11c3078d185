import { randomUUID } from "node:crypto";
import { TurnpikeError } from "#base";
import type {
  CallChange,
  CallControl,
  CallLegView,
  CallView,
  LegChange,
  ParticipantChange,
  ParticipantView,
} from "#call-bridge";
import { CALL_DEFAULTS, CALL_LEG_DEFAULTS } from "#spaces";

/** Calls with state and nobody behind them: what the API asks is written down in `asked`. */
export class MemoryCalls implements CallControl {
  readonly asked: string[] = [];
  readonly #calls = new Map<string, CallView>();
  readonly #participants = new Map<string, ParticipantView>();
  readonly #legs = new Map<string, CallLegView>();

  calls = (): readonly CallView[] => [...this.#calls.values()];
  participants = (callId?: string): readonly ParticipantView[] => of(this.#participants, callId);
  callLegs = (callId?: string): readonly CallLegView[] => of(this.#legs, callId);

  addCall(change: Partial<CallView> = {}): CallView {
    const id = randomUUID();
    const call: CallView = {
      id,
      name: "Dev Space",
      spaceId: randomUUID(),
      tenant: undefined,
      callCorrelator: randomUUID(),
      ownerName: undefined,
      startedAt: 1_700_000_000_000 - 170_000,
      locked: false,
      rules: CALL_DEFAULTS,
      allowAllMuteSelf: false,
      joinAudioMuteOverride: undefined,
      messageText: "",
      numCallLegs: 0,
      maxCallLegs: 0,
      numWaiting: 0,
      presenterCallLeg: undefined,
      ...change,
    };
    this.#calls.set(id, call);
    return call;
  }

  addParticipant(
    callId: string,
    change: Partial<ParticipantView> = {},
    leg: Partial<CallLegView> = {},
  ): ParticipantView {
    const ids = { id: randomUUID(), callLegId: randomUUID() };
    const name = change.name ?? "Ken Thompson";
    const participant: ParticipantView = {
      ...ids,
      callId,
      name,
      uri: "guest-1",
      userJid: undefined,
      tenant: undefined,
      accessMethodId: undefined,
      isActivator: true,
      state: "connected",
      importance: undefined,
      nameLabelOverride: undefined,
      joinedAt: 1_700_000_000_000,
      ...change,
    };
    this.#participants.set(participant.id, participant);
    this.#legs.set(participant.callLegId, { ...legOf(participant), ...leg });
    return participant;
  }

  async startCall(spaceId: string, change: CallChange): Promise<CallView> {
    this.asked.push(`start ${JSON.stringify(change)}`);
    return this.calls().find((call) => call.spaceId === spaceId) ?? this.addCall({ spaceId });
  }

  changeCall(id: string, change: CallChange): void {
    this.asked.push(`call ${JSON.stringify(change)}`);
    this.#calls.set(id, { ...known(this.#calls, id), ...change });
  }

  endCall(id: string): void {
    known(this.#calls, id);
    this.#calls.delete(id);
  }

  changeParticipant(id: string, change: ParticipantChange): void {
    known(this.#participants, id);
    this.asked.push(`participant ${JSON.stringify(change)}`);
  }

  changeParticipants(callId: string, choose: (one: ParticipantView) => boolean, change: LegChange): number {
    const chosen = this.participants(callId).filter(choose);
    this.asked.push(`${chosen.map((one) => one.name).join("+")} ${JSON.stringify(change)}`);
    return chosen.length;
  }

  changeCallLeg(id: string, change: LegChange): void {
    known(this.#legs, id);
    this.asked.push(`leg ${JSON.stringify(change, (_, value) => (value === undefined ? "unset" : value))}`);
  }

  disconnect(id: string): void {
    const all = [...this.#participants.values()];
    const one = all.find((participant) => participant.id === id || participant.callLegId === id);
    if (!one) throw gone();
    this.#participants.delete(one.id);
    this.#legs.delete(one.callLegId);
  }

  totals = () => ({
    callLegsActive: this.#legs.size,
    callLegsMaxActive: 2,
    callLegsCompleted: 2,
    audioBitRateOutgoing: 67_932,
    audioBitRateIncoming: 40_380,
    videoBitRateOutgoing: 839,
    videoBitRateIncoming: 2_416_854,
    mediaProcessingLoad: 25.4,
  });

  onRecord = () => () => {};
}

function legOf(participant: ParticipantView): CallLegView {
  return {
    id: participant.callLegId,
    callId: participant.callId,
    participantId: participant.id,
    name: participant.name,
    remoteParty: participant.uri,
    tenant: undefined,
    client: "js 2.23.0 Chrome 156",
    address: "192.0.2.7",
    via: "edge",
    state: participant.state,
    startedAt: 1_700_000_000_000 - 60_000,
    rules: CALL_LEG_DEFAULTS,
    ownRules: {},
    trace: [],
    path: undefined,
    media: undefined,
  };
}

function of<T extends { readonly callId: string }>(all: ReadonlyMap<string, T>, callId: string | undefined): T[] {
  return [...all.values()].filter((one) => callId === undefined || one.callId === callId);
}

function known<T>(all: ReadonlyMap<string, T>, id: string): T {
  const one = all.get(id);
  if (!one) throw gone();
  return one;
}

function gone(): TurnpikeError {
  return new TurnpikeError("CALL_NO_SUCH_OBJECT", { kind: "user", text: "it has ended", remedy: "look again" });
}
