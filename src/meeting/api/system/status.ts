import type { Alarm } from "#alarms";
import { collection, type Element, leaves, node } from "../http/element.ts";
import { type Answer, type Call, content, type Route } from "../http/route.ts";
import { pageOf, readPage } from "../stored/lists.ts";

function status(call: Call): Answer {
  const { hostId, softwareVersion, uptimeSeconds, cdrCorrelatorIndex } = call.options.system();
  const totals = call.options.calls.totals();
  return content(
    node(
      "status",
      leaves({
        hostId,
        softwareVersion,
        uptimeSeconds,
        cdrTime: new Date(call.options.clock.now()).toISOString().replace(/\.\d+Z$/, "Z"),
        activated: true,
        clusterEnabled: false,
        cdrCorrelatorIndex,
        callLegsActive: totals.callLegsActive,
        callLegsMaxActive: totals.callLegsMaxActive,
        callLegsCompleted: totals.callLegsCompleted,
        audioBitRateOutgoing: Math.round(totals.audioBitRateOutgoing),
        audioBitRateIncoming: Math.round(totals.audioBitRateIncoming),
        videoBitRateOutgoing: Math.round(totals.videoBitRateOutgoing),
        videoBitRateIncoming: Math.round(totals.videoBitRateIncoming),
      }),
    ),
  );
}

function load(call: Call): Answer {
  const { mediaProcessingLoad } = call.options.calls.totals();
  return content(node("load", leaves({ mediaProcessingLoad: Math.round(mediaProcessingLoad) })));
}

function alarms(call: Call): Answer {
  const page = readPage(call.params);
  call.params.finish();
  const all = call.options.alarms.current();
  const now = call.options.clock.now();
  return content(
    collection(
      "alarms",
      all.length,
      pageOf(all, page).map((alarm) => alarmElement(alarm, now)),
    ),
  );
}

/** CMS names the object by an element of its noun: <turnServer>its id</turnServer>. Text and remedy are ours. */
function alarmElement(alarm: Alarm, now: number): Element {
  const { subject } = alarm;
  const fields = leaves({
    type: alarm.type,
    activeTimeSeconds: Math.max(0, Math.floor((now - alarm.raisedAt) / 1000)),
    failureReason: alarm.failureReason,
    ...(subject && /^[a-zA-Z]+$/.test(subject.noun) ? { [subject.noun]: subject.id } : {}),
    text: alarm.text,
    remedy: alarm.remedy,
  });
  return node("alarm", fields, { id: alarm.id });
}

/** There are no licences: what this product can do is activated and never ends. */
function licensing(): Answer {
  const activated = ["callBridge", "callBridgeNoEncryption", "webBridge", "turn", "ldap", "personal", "shared"];
  const lacking = ["branding", "recording", "streaming", "capacityUnits"];
  const feature = (state: string) => (name: string) => node(name, leaves({ status: state }));
  const features = [...activated.map(feature("activated")), ...lacking.map(feature("noLicense"))];
  return content(node("licensing", [node("features", features)]));
}

function database(): Answer {
  return content(node("database", [], { clustered: "disabled" }));
}

export const SYSTEM_ROUTES: readonly Route[] = [
  { path: "system/status", methods: { GET: status }, help: "Version, uptime, counts of call legs, bit rates." },
  { path: "system/alarms", methods: { GET: alarms }, help: "What is wrong now; `text` and `remedy` are ours." },
  { path: "system/load", methods: { GET: load }, help: "Percent of the CPUs that media may use." },
  { path: "system/database", methods: { GET: database }, help: "`clustered` is always disabled." },
  {
    path: "system/licensing",
    methods: { GET: licensing },
    help: "There are no licences: what this product can do is activated and never ends.",
  },
];
