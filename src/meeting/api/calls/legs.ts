import { NOUNS } from "#api-schema";
import type { CallLegView } from "#call-bridge";
import { collection, type Element, node } from "../http/element.ts";
import { invalidOperation } from "../http/failure.ts";
import { type Answer, type Call, content, DONE } from "../http/route.ts";
import { elementsOf } from "../stored/fields.ts";
import { oneOf, tell } from "../stored/handlers.ts";
import { pageOf, readPage } from "../stored/lists.ts";
import { CALLS_PAGE } from "./calls.ts";
import { callOf, legOf, participantOf, steer } from "./find.ts";
import { readLegChange } from "./leg-change.ts";
import { LEG_ALARMS, legAlarms, legElement, legListed } from "./views.ts";

export function listLegs(call: Call): Answer {
  return legsPage(call, call.options.calls.callLegs());
}

export function listLegsOfCall(call: Call): Answer {
  return legsPage(call, call.options.calls.callLegs(callOf(call).id));
}

export function listLegsOfParticipant(call: Call): Answer {
  const { callLegId } = participantOf(call, call.ids[0]!);
  return legsPage(
    call,
    call.options.calls.callLegs().filter((leg) => leg.id === callLegId),
  );
}

function legsPage(call: Call, legs: readonly CallLegView[]): Answer {
  const { params } = call;
  const filter = params.filled("filter")?.toLowerCase();
  const participant = params.id("participantFilter", "participant");
  const tenant = params.id("tenantFilter", "tenant");
  const alarms = params
    .filled("alarms")
    ?.split(/[|,]/)
    .map((one) => oneOf("alarms", one, LEG_ALARMS));
  const page = readPage(params, CALLS_PAGE);
  const owned = params.flag("ownerIdSet") ?? false;
  params.finish();
  const matching = legs
    // Nobody is called by an owner: there is no SIP.
    .filter(() => !owned)
    .filter((leg) => filter === undefined || `${leg.name}\n${leg.remoteParty}`.toLowerCase().includes(filter))
    .filter((leg) => participant === undefined || leg.participantId === participant)
    .filter((leg) => tenant === undefined || leg.tenant === tenant)
    .filter((leg) => alarms === undefined || legAlarms(leg).some((alarm) => alarms.includes(alarm)));
  return content(collection("callLegs", matching.length, pageOf(matching, page).map(legListed)));
}

export function getLeg(call: Call): Answer {
  return content(legElement(legOf(call), call.options.clock.now()));
}

export async function putLeg(call: Call): Promise<Answer> {
  const { id } = legOf(call);
  const change = await readLegChange(call);
  call.params.ignore("nameLabelOverride");
  call.params.finish();
  await steer("callLegDoesNotExist", () => call.options.calls.changeCallLeg(id, change, call.by));
  tell(call, "modified", "callLeg", id);
  return DONE;
}

export async function deleteLeg(call: Call): Promise<Answer> {
  const { id } = legOf(call);
  call.params.finish();
  await steer("callLegDoesNotExist", () => call.options.calls.disconnect(id, call.by));
  tell(call, "deleted", "callLeg", id);
  return DONE;
}

/** People come by a link; nobody is called: there is no SIP. */
export function dialOut(call: Call): never {
  if (call.ids.length > 0) callOf(call);
  throw invalidOperation("participants cannot be called: there is no SIP; send them the link of the space");
}

/** GET callLegs/<id>/callLegProfileTrace: which profile each level has, lowest precedence first. */
export async function legTrace(call: Call): Promise<Answer> {
  const leg = legOf(call, call.ids[0]!);
  const noun = NOUNS.get("callLegProfile")!;
  const levels: Element[] = [];
  for (const { scope, profileId } of leg.trace) {
    const profile = profileId === undefined ? undefined : await call.options.storage.get(noun.name, profileId);
    const inside = profile ? [node(noun.name, elementsOf(noun, profile.fields, false), { id: profile.id })] : [];
    levels.push({ ...node("profile", inside, { scope }), many: true });
  }
  return content(node("callLegProfileTrace", levels, { callLeg: leg.id }));
}
