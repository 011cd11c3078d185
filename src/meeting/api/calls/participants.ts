import { UUID } from "#api-schema";
import type { LegChange, ParticipantView } from "#call-bridge";
import { collection } from "../http/element.ts";
import { missing, parameterError } from "../http/failure.ts";
import type { Params } from "../http/params.ts";
import { type Answer, type Call, content, DONE } from "../http/route.ts";
import { oneOf, tell } from "../stored/handlers.ts";
import { pageOf, readPage } from "../stored/lists.ts";
import { CALLS_PAGE } from "./calls.ts";
import { callOf, participantOf, steer } from "./find.ts";
import { readImportance, readLegChange } from "./leg-change.ts";
import { participantElement, participantListed } from "./views.ts";

/** Ids in one bulk change. */
const MAX_FILTER_IDS = 20;

export function listParticipants(call: Call): Promise<Answer> {
  return participantsPage(call, call.options.calls.participants());
}

export function listParticipantsOfCall(call: Call): Promise<Answer> {
  return participantsPage(call, call.options.calls.participants(callOf(call).id));
}

async function participantsPage(call: Call, everyone: readonly ParticipantView[]): Promise<Answer> {
  const { params } = call;
  const filter = params.filled("filter")?.toLowerCase();
  const tenant = params.id("tenantFilter", "tenant");
  const coSpace = params.id("coSpaceFilter", "coSpace");
  const all = (await oursOnly(call)) ? everyone : [];
  const page = readPage(params, CALLS_PAGE);
  params.finish();
  const matching = all
    .filter((one) => filter === undefined || `${one.name}\n${one.uri}`.toLowerCase().includes(filter))
    .filter((one) => tenant === undefined || one.tenant === tenant)
    .filter((one) => coSpace === undefined || spaceOf(call, one) === coSpace);
  return content(collection("participants", matching.length, pageOf(matching, page).map(participantListed)));
}

/** All participants are on this Call Bridge; `callBridgeFilter` may ask for those of another. */
async function oursOnly({ params, options }: Call): Promise<boolean> {
  const id = params.id("callBridgeFilter", "callBridge");
  if (id === undefined) return true;
  const named = await options.storage.get("callBridge", id);
  return named !== undefined && named.fields.name === (options.callBridge ?? named.fields.name);
}

function spaceOf({ options }: Call, one: ParticipantView): string | undefined {
  return options.calls.calls().find(({ id }) => id === one.callId)?.spaceId;
}

export function getParticipant(call: Call): Answer {
  return content(participantElement(inCall(call)));
}

export async function putParticipant(call: Call): Promise<Answer> {
  const { id } = inCall(call);
  const change = await readLegChange(call);
  const deactivated = call.params.flag("deactivated");
  const nameLabelOverride = call.params.text("nameLabelOverride");
  if (nameLabelOverride !== undefined && nameLabelOverride.length > 200)
    throw parameterError("nameLabelOverride", "valueTooLong", "at most 200 characters");
  call.params.finish();
  const whole = {
    ...change,
    ...(deactivated === undefined ? {} : { deactivated }),
    ...(nameLabelOverride === undefined ? {} : { nameLabelOverride }),
  };
  await steer("participantDoesNotExist", () => call.options.calls.changeParticipant(id, whole, call.by));
  tell(call, "modified", "participant", id);
  return DONE;
}

export async function deleteParticipant(call: Call): Promise<Answer> {
  const { id } = inCall(call);
  call.params.finish();
  await steer("participantDoesNotExist", () => call.options.calls.disconnect(id, call.by));
  tell(call, "deleted", "participant", id);
  return DONE;
}

/** PUT calls/<id>/participants/*: all but those of filterIds, or only those. */
export async function putParticipants(call: Call): Promise<Answer> {
  const { params } = call;
  const { id } = callOf(call);
  const ids = readIds(params);
  const mode = oneOf("mode", params.filled("mode") ?? "exclude", ["exclude", "selected"]);
  const change = readBulk(params);
  params.finish();
  const choose = (one: ParticipantView) => ids.has(one.id) === (mode === "selected");
  await steer("callDoesNotExist", () => call.options.calls.changeParticipants(id, choose, change, call.by));
  tell(call, "modified", "participants of call", id);
  return DONE;
}

function readIds(params: Params): Set<string> {
  const ids = (params.filled("filterIds") ?? "")
    .split(/[,|\s]+/)
    .filter((id) => id !== "")
    .map((id) => id.toLowerCase());
  if (ids.length > MAX_FILTER_IDS) throw parameterError("filterIds", "invalidValue", `at most ${MAX_FILTER_IDS} ids`);
  if (!ids.every((id) => UUID.test(id)))
    throw parameterError("filterIds", "invalidValue", "ids of participants, separated by commas");
  return new Set(ids);
}

function readBulk(params: Params): LegChange {
  const names = ["rxAudioMute", "txAudioMute", "rxVideoMute", "txVideoMute"] as const;
  const mutes = names.map((name) => [name, params.flag(name)] as const).filter(([, value]) => value !== undefined);
  params.ignore("layout");
  return { ...Object.fromEntries(mutes), ...readImportance(params) };
}

/** Of participants/<id>, and of calls/<id>/participants/<id> if it is in that call. */
function inCall(call: Call): ParticipantView {
  const one = participantOf(call);
  if (call.ids.length > 1 && one.callId !== callOf(call).id) throw missing("participantDoesNotExist");
  return one;
}
