import type { CallChange } from "#call-bridge";
import { collection } from "../http/element.ts";
import { missing, parameterError, refused } from "../http/failure.ts";
import type { Params } from "../http/params.ts";
import { type Answer, type Call, content, DONE } from "../http/route.ts";
import { noSuch } from "../stored/fields.ts";
import { tell } from "../stored/handlers.ts";
import { pageOf, readPage } from "../stored/lists.ts";
import { callOf, steer } from "./find.ts";
import { callElement, callListed } from "./views.ts";

/** Calls, call legs and participants on a page, if the client does not say: what real clients take for the page size. */
export const CALLS_PAGE = 10;

export function listCalls(call: Call): Answer {
  const { params } = call;
  const coSpace = params.id("coSpaceFilter", "coSpace");
  const tenant = params.id("tenantFilter", "tenant");
  const filter = params.filled("filter")?.toLowerCase();
  const page = readPage(params, CALLS_PAGE);
  params.finish();
  const matching = call.options.calls
    .calls()
    .filter((one) => coSpace === undefined || one.spaceId === coSpace)
    .filter((one) => tenant === undefined || one.tenant === tenant)
    .filter((one) => filter === undefined || one.name.toLowerCase().includes(filter));
  return content(collection("calls", matching.length, pageOf(matching, page).map(callListed)));
}

export function getCall(call: Call): Answer {
  return content(callElement(callOf(call), call.options.clock.now()));
}

/** Begins the call of a space. Calls without a space (name, callCorrelator alone) are not of this product. */
export async function postCall(call: Call): Promise<Answer> {
  const { params, options } = call;
  const space = params.id("coSpace");
  if (space === undefined)
    throw parameterError("coSpace", "missing", "calls are calls of a space: give the id of a coSpace");
  params.ignore("name", "callCorrelator");
  const change = readCallChange(params);
  if (!(await options.storage.get("coSpace", space))) throw noSuch("coSpace", "coSpace");
  const started = await steer("coSpaceDoesNotExist", () => options.calls.startCall(space, change, call.by));
  tell(call, "created new", "call", started.id);
  return { kind: "created", path: `calls/${started.id}` };
}

export async function putCall(call: Call): Promise<Answer> {
  const { id } = callOf(call);
  call.params.ignore("coSpace", "name", "callCorrelator");
  const change = readCallChange(call.params);
  await steer("callDoesNotExist", () => call.options.calls.changeCall(id, change, call.by));
  tell(call, "modified", "call", id);
  return DONE;
}

export async function deleteCall(call: Call): Promise<Answer> {
  const { id } = callOf(call);
  call.params.finish();
  await steer("callDoesNotExist", () => call.options.calls.endCall(id, call.by));
  tell(call, "deleted", "call", id);
  return DONE;
}

/** POST coSpaces/<id>/messages: CMS 3 has no message boards any more. The text is shown in the space's call. */
export async function postMessage(call: Call): Promise<Answer> {
  const { params } = call;
  const message = params.filled("message");
  const from = params.filled("from");
  params.finish();
  if (message === undefined) throw parameterError("message", "missing");
  if (message.length > 2000) throw parameterError("message", "valueTooLong", "at most 2000 characters");
  await showMessage(call, from === undefined ? message : `${from}: ${message}`);
  return DONE;
}

/** DELETE coSpaces/<id>/messages takes it away. */
export async function deleteMessages(call: Call): Promise<Answer> {
  call.params.ignore("minAge", "maxAge");
  call.params.finish();
  await showMessage(call, "");
  return DONE;
}

async function showMessage(call: Call, messageText: string): Promise<void> {
  const space = await call.options.storage.get("coSpace", call.ids[0]!);
  if (!space) throw missing("coSpaceDoesNotExist");
  const running = call.options.calls.calls().find((one) => one.spaceId === space.id);
  if (!running) {
    if (messageText === "") return;
    throw refused("callDoesNotExist", "nobody would see it: the space has no call now");
  }
  await steer("callDoesNotExist", () => call.options.calls.changeCall(running.id, { messageText }, call.by));
  tell(call, "modified", "call", running.id);
}

function readCallChange(params: Params): CallChange {
  if (params.flag("recording")) throw refused("callRecordingCannotBeModified");
  if (params.flag("streaming")) throw refused("callStreamingCannotBeModified");
  const locked = params.flag("locked");
  const allowAllMuteSelf = params.flag("allowAllMuteSelf");
  const joinAudioMuteOverride = params.flag("joinAudioMuteOverride");
  const overrideGiven = params.text("joinAudioMuteOverride") !== undefined;
  const messageText = params.text("messageText");
  if (messageText !== undefined && messageText.length > 2000)
    throw parameterError("messageText", "valueTooLong", "at most 2000 characters");
  params.ignore(...NO_EFFECT);
  params.finish();
  return {
    ...(locked === undefined ? {} : { locked }),
    ...(allowAllMuteSelf === undefined ? {} : { allowAllMuteSelf }),
    ...(overrideGiven ? { joinAudioMuteOverride } : {}),
    ...(messageText === undefined ? {} : { messageText }),
  };
}

const NO_EFFECT = [
  "allowAllPresentationContribution",
  "messagePosition",
  "messageDuration",
  "activeWhenEmpty",
  "panePlacementHighestImportance",
  "panePlacementSelfPaneMode",
];
