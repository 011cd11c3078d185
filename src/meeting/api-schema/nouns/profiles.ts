import type { Noun } from "../noun.ts";
import { choice, flag, lacking, number, reference, text } from "./build.ts";
import { CALL_LEG_FIELDS } from "./call-leg-fields.ts";

const MANUAL = ["disabled", "manual", "automatic"];

const callLegProfile: Noun = {
  name: "callLegProfile",
  plural: "callLegProfiles",
  help: "What participants may do. Each parameter is inherited by itself: system, tenant, space, access method, member, call leg; the last that is set counts.",
  missing: "callLegProfileDoesNotExist",
  fields: [
    text("name", "for administrators", { listed: true, searched: true }),
    ...CALL_LEG_FIELDS.map((field) => (field.name === "needsActivation" ? { ...field, listed: true } : field)),
  ],
};

const callProfile: Noun = {
  name: "callProfile",
  plural: "callProfiles",
  help: "How calls behave. Each parameter is inherited by itself: system, tenant, space; the last that is set counts.",
  missing: "callProfileDoesNotExist",
  ignored: ["messageBoardEnabled"],
  fields: [
    text("name", "for administrators", { listed: true, searched: true, extension: true }),
    number("participantLimit", "at most so many participants", 0, 1_000_000),
    flag("locked", "calls begin locked"),
    choice("lockMode", "whom a lock keeps out: everyone, or those who need activation", ["all", "needsActivation"]),
    choice("recordingMode", "of recording", MANUAL, { inert: true }),
    choice("streamingMode", "of streaming", MANUAL, { inert: true }),
    text("sipRecorderUri", "of SIP", { inert: true }),
    text("sipStreamerUri", "of SIP", { inert: true }),
    choice("passcodeMode", "required: no entry without passcode where ways with and without one share a callId", [
      "required",
      "timeout",
    ]),
    number("passcodeTimeout", "of audio prompts; browsers do not wait", 1, 3600, { inert: true }),
    flag("gatewayAudioCallOptimization", "of Lync", { inert: true }),
    choice("lyncConferenceMode", "of Lync", ["dualHomeCluster", "dualHomeCallBridge", "gateway"], { inert: true }),
    flag("chatAllowed", "there is a chat"),
    flag("raiseHandEnabled", "hands can be raised"),
  ],
};

const profiles: Noun = {
  name: "profiles",
  plural: "profiles",
  under: "system",
  singleton: true,
  help: "The profiles that hold where nothing else is set.",
  missing: "unrecognizedObject",
  fields: [
    reference("callLegProfile", "what participants may do"),
    reference("callProfile", "how calls behave"),
    lacking("dtmfProfile"),
    lacking("userProfile"),
    lacking("ivrBrandingProfile"),
    lacking("callBrandingProfile"),
    lacking("compatibilityProfile"),
    lacking("dialInSecurityProfile"),
    reference("webBridgeProfile", "what guests see"),
  ],
};

const tenant: Noun = {
  name: "tenant",
  plural: "tenants",
  help: "An organisation that shares this server with others; its profiles hold for its spaces.",
  sort: "name",
  missing: "tenantDoesNotExist",
  fields: [
    text("name", "of the tenant", { required: true, listed: true, searched: true }),
    reference("tenantGroup", "the group it belongs to", { listed: true, inert: true }),
    reference("callLegProfile", "what participants of its spaces may do"),
    reference("callProfile", "how calls of its spaces behave"),
    lacking("dtmfProfile"),
    lacking("ivrBrandingProfile"),
    lacking("callBrandingProfile"),
    number("participantLimit", "at most so many participants in all its calls", 0, 1_000_000, { inert: true }),
    lacking("userProfile"),
    lacking("dialInSecurityProfile"),
    reference("webBridgeProfile", "what its guests see"),
  ],
};

const tenantGroup: Noun = {
  name: "tenantGroup",
  plural: "tenantGroups",
  help: "A group of tenants. Call ids are unique over all tenants here, so that it has no effect of its own.",
  missing: "tenantGroupDoesNotExist",
  fields: [],
};

export const PROFILES: readonly Noun[] = [callLegProfile, callProfile, profiles, tenant, tenantGroup];
