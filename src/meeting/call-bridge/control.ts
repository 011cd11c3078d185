import { type Admission, callRulesFor } from "#spaces";
import type { Storage, StoredObject } from "#storage";
import type { Attendee } from "./attendee.ts";
import type { Call } from "./call.ts";
import type { Calls } from "./calls.ts";
import type {
  Actor,
  CallChange,
  CallControl,
  CallLegView,
  CallRecord,
  CallTotals,
  CallView,
  LegChange,
  ParticipantChange,
  ParticipantView,
} from "./control-contract.ts";
import { applyRules } from "./enforcement.ts";
import { fail } from "./errors.ts";
import { lines } from "./event-lines.ts";
import { EMPTY_MS } from "./limits.ts";
import type { MediaNumbers } from "./media-numbers.ts";
import { letIn, sendToLobby, setLocked, takeOut } from "./moves.ts";
import { cleanName } from "./names.ts";
import type { Records } from "./records.ts";
import { callView, isShown, legView, participantView } from "./views.ts";

export interface ControlParts {
  readonly storage: Storage;
  readonly calls: Calls;
  readonly records: Records;
  readonly numbers: () => MediaNumbers;
}

/** The calls as API, administration and hosts see and steer them. */
export class Control implements CallControl {
  readonly #parts: ControlParts;

  constructor(parts: ControlParts) {
    this.#parts = parts;
  }

  calls(): readonly CallView[] {
    return this.#parts.calls.begun.map(callView);
  }

  participants(callId?: string): readonly ParticipantView[] {
    return this.#some(callId).flatMap((call) =>
      call.attendees.all.filter(isShown).map((one) => participantView(call, one)),
    );
  }

  callLegs(callId?: string): readonly CallLegView[] {
    const numbers = this.#parts.numbers();
    return this.#some(callId).flatMap((call) =>
      call.attendees.all.filter(isShown).map((one) => legView(call, one, numbers)),
    );
  }

  async startCall(spaceId: string, change: CallChange, by: Actor): Promise<CallView> {
    const { storage, calls } = this.#parts;
    const stored = await storage.get("coSpace", spaceId);
    if (!stored) throw fail("CALL_NO_SUCH_OBJECT", { what: "space", id: spaceId });
    const space = spaceOf(stored);
    const call = calls.open(space, await callRulesFor(storage, { space }));
    call.kept = true;
    call.keptUntil = call.clock.now() + EMPTY_MS;
    call.begin();
    this.changeCall(call.id, change, by);
    return callView(call);
  }

  changeCall(id: string, change: CallChange, by: Actor): void {
    const call = this.#call(id);
    const { locked, messageText, allowAllMuteSelf } = change;
    if (messageText !== undefined) call.messageText = messageText;
    if ("joinAudioMuteOverride" in change) call.joinAudioMuteOverride = change.joinAudioMuteOverride;
    if (locked !== undefined && locked !== call.locked) {
      call.say("info", lines.lockState(call.id, locked, by));
      setLocked(call, locked);
    }
    if (allowAllMuteSelf !== undefined && allowAllMuteSelf !== call.allowAllMuteSelf) {
      call.allowAllMuteSelf = allowAllMuteSelf;
      for (const client of call.clients) applyRules(call, client);
    }
    call.refreshRooms();
  }

  endCall(id: string, by: Actor): void {
    const call = this.#call(id);
    call.say("info", lines.endedBy(call.id, by));
    this.#parts.calls.end(call);
  }

  changeParticipant(id: string, change: ParticipantChange, by: Actor): void {
    const { call, one } = this.#find(id, "participant");
    const { deactivated, nameLabelOverride, ...leg } = change;
    if (nameLabelOverride !== undefined) {
      one.label = nameLabelOverride === "" ? "" : cleanName(nameLabelOverride);
      call.say("info", lines.acted(call.id, one.identity, "renamed", by));
    }
    changeLeg(call, one, leg, by);
    if (deactivated === false && one.standing.state === "lobby") {
      call.say("info", lines.acted(call.id, one.identity, "admitted", by));
      letIn(call, one);
    }
    if (deactivated === true && one.standing.state !== "lobby") {
      call.say("info", lines.acted(call.id, one.identity, "sent to the lobby", by));
      sendToLobby(call, one, "sent-back");
    }
  }

  changeParticipants(callId: string, choose: (one: ParticipantView) => boolean, change: LegChange, by: Actor): number {
    const call = this.#call(callId);
    const chosen = call.attendees.all.filter((one) => isShown(one) && choose(participantView(call, one)));
    for (const one of chosen) changeLeg(call, one, change, by);
    return chosen.length;
  }

  changeCallLeg(id: string, change: LegChange, by: Actor): void {
    const { call, one } = this.#find(id, "call leg");
    changeLeg(call, one, change, by);
  }

  disconnect(id: string, by: Actor): void {
    const { call, one } = this.#find(id, "participant or call leg");
    const what = one.standing.state === "lobby" ? "refused" : "removed";
    call.say("info", lines.acted(call.id, one.identity, what, by));
    takeOut(call, one);
  }

  totals(): CallTotals {
    const { active, maxActive, completed } = this.#parts.records;
    const media = this.#parts.numbers().totals();
    return { callLegsActive: active, callLegsMaxActive: maxActive, callLegsCompleted: completed, ...media };
  }

  onRecord(listener: (record: CallRecord) => void): () => void {
    return this.#parts.records.listen(listener);
  }

  #some(callId: string | undefined): readonly Call[] {
    return callId === undefined ? this.#parts.calls.begun : [this.#call(callId)];
  }

  #call(id: string): Call {
    const call = this.#parts.calls.withId(id);
    if (!call?.begun) throw fail("CALL_NO_SUCH_OBJECT", { what: "call", id });
    return call;
  }

  #find(id: string, what: string): { readonly call: Call; readonly one: Attendee } {
    const found = this.#parts.calls.find(id);
    if (!found || !isShown(found.one)) throw fail("CALL_NO_SUCH_OBJECT", { what, id });
    return found;
  }
}

const MUTES = {
  rxAudioMute: ["muted", "unmuted"],
  txAudioMute: ["deafened", "undeafened"],
  rxVideoMute: ["video stopped", "video allowed"],
  txVideoMute: ["video withheld", "video given"],
} as const;

function changeLeg(call: Call, one: Attendee, change: LegChange, by: Actor): void {
  const { importance, rules = {}, ...mutes } = change;
  const said = Object.entries(MUTES).flatMap(([name, [on, off]]) => {
    const value = mutes[name as keyof typeof MUTES];
    return value === undefined ? [] : [value ? on : off];
  });
  call.events.trace("call", () => `conference ${call.id}: "${one.identity}" changed ${JSON.stringify(change)}`);
  for (const what of said) call.say("info", lines.acted(call.id, one.identity, what, by));
  if (Object.keys(rules).length > 0)
    call.say("info", lines.acted(call.id, one.identity, `changed (${Object.keys(rules).join(", ")})`, by));
  if ("importance" in change) one.importance = importance;
  const set = Object.entries(mutes).filter(([, value]) => value !== undefined);
  one.setOwn({ ...rules, ...Object.fromEntries(set) });
  afterRules(call, one);
}

/** The rules of someone in the call or its lobby are others now: media, permissions and who may come in follow. */
export function afterRules(call: Call, one: Attendee): void {
  const client = call.clientOf(one);
  if (client) applyRules(call, client);
  call.lookAround();
}

export function spaceOf({ id, fields }: StoredObject): Admission["space"] {
  const text = (name: string) => (fields[name] === undefined ? undefined : String(fields[name]));
  return {
    id,
    name: text("name") ?? "",
    uri: text("uri"),
    callId: text("callId"),
    tenant: text("tenant"),
    ownerJid: text("ownerJid"),
  };
}
