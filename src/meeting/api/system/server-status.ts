import { NOUNS } from "#api-schema";
import type { TurnHostStatus } from "#call-bridge";
import { effectiveWebBridgeProfile, type WebBridgePlace } from "#spaces";
import { type Element, leaf, leaves, node } from "../http/element.ts";
import { missing } from "../http/failure.ts";
import { type Answer, type Call, content, type Route } from "../http/route.ts";

/** GET turnServers/<id>/status: a `host` for each address that the Call Bridge tries. */
async function turnServerStatus(call: Call): Promise<Answer> {
  const object = await call.options.storage.get("turnServer", call.ids[0]!);
  if (!object) throw missing("turnServerDoesNotExist");
  call.params.finish();
  const hosts = call.options.turnServers.status(object.id)?.hosts ?? [];
  return content(node("turnServer", hosts.map(hostElement), { id: object.id }));
}

function hostElement(host: TurnHostStatus): Element {
  const { failure, mapped } = host;
  const fields = leaves({
    address: host.address,
    portNumber: host.portNumber,
    reachable: host.reachable,
    roundTripTimeMs: host.roundTripTimeMs === undefined ? undefined : Math.round(host.roundTripTimeMs),
    mappedAddress: mapped?.address,
    mappedPortNumber: mapped?.port,
    numAllocations: host.numAllocations,
    failureReason: failure?.reason,
  });
  const more = [
    ...leaf("transport", host.transport),
    ...(failure
      ? [node("failure", leaves({ code: failure.code, detail: failure.detail, remedy: failure.remedy }))]
      : []),
  ].map((element) => ({ ...element, onlyJson: true }));
  return { name: "host", content: [...fields, ...more], many: true };
}

async function webBridgeStatus(call: Call): Promise<Answer> {
  const object = await call.options.storage.get("webBridge", call.ids[0]!);
  if (!object) throw missing("webBridgeDoesNotExist");
  call.params.finish();
  return content(node("webBridge", leaves({ status: call.options.webBridges.status(object.id) }), { id: object.id }));
}

async function effectiveProfile(call: Call, place: WebBridgePlace): Promise<Answer> {
  call.params.finish();
  const effective = await effectiveWebBridgeProfile(call.options.storage, place);
  const names = NOUNS.get("webBridgeProfile")!.fields.map((field) => field.name);
  return content(
    node(
      "webBridgeProfile",
      names.filter((name) => name !== "name").flatMap((name) => leaf(name, effective[name])),
    ),
  );
}

async function ofWebBridge(call: Call): Promise<Answer> {
  const webBridge = await call.options.storage.get("webBridge", call.ids[0]!);
  if (!webBridge) throw missing("webBridgeDoesNotExist");
  return effectiveProfile(call, { webBridge: webBridge.id });
}

async function ofTenant(call: Call): Promise<Answer> {
  const tenant = await call.options.storage.get("tenant", call.ids[0]!);
  if (!tenant) throw missing("tenantDoesNotExist");
  return effectiveProfile(call, { tenant: tenant.id });
}

const EFFECTIVE = "The webBridgeProfile that counts there, with defaults.";

export const SERVER_ROUTES: readonly Route[] = [
  {
    path: "turnServers/*/status",
    methods: { GET: turnServerStatus },
    help: "What the Call Bridge found when it tried it: a `host` for each address. None: its name is not resolved, or it is another Call Bridge's.",
  },
  {
    path: "webBridges/*/status",
    methods: { GET: webBridgeStatus },
    help: "unused, success, connectionFailure or dnsFailure.",
  },
  { path: "webBridges/*/effectiveWebBridgeProfile", methods: { GET: ofWebBridge }, help: EFFECTIVE },
  { path: "tenants/*/effectiveWebBridgeProfile", methods: { GET: ofTenant }, help: EFFECTIVE },
  {
    path: "system/profiles/effectiveWebBridgeProfile",
    methods: { GET: (call) => effectiveProfile(call, {}) },
    help: EFFECTIVE,
  },
];
