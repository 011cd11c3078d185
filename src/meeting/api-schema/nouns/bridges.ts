import type { Noun } from "../noun.ts";
import { choice, flag, HOST, number, reference, text } from "./build.ts";

const callBridge: Noun = {
  name: "callBridge",
  plural: "callBridges",
  help: "A Call Bridge of this deployment, by the name of its configuration.",
  sort: "name",
  missing: "callBridgeDoesNotExist",
  fields: [
    text("name", "as in the Call Bridge's configuration", {
      required: true,
      listed: true,
      searched: true,
      claim: "callBridgeName",
    }),
    text("address", "where its administration is reached", { max: 1000 }),
    text("sipDomain", "of SIP", { inert: true }),
    reference("callBridgeGroup", "the group it belongs to"),
  ],
};

const callBridgeGroup: Noun = {
  name: "callBridgeGroup",
  plural: "callBridgeGroups",
  help: "Call Bridges that use the same TURN servers and Web Bridges.",
  missing: "callBridgeGroupDoesNotExist",
  fields: [
    text("name", "for administrators", { listed: true, searched: true }),
    flag("loadBalancingEnabled", "calls are spread over the group", { default: false, inert: true }),
    flag("loadBalanceLyncCalls", "of Lync", { default: false, inert: true }),
    flag("loadBalanceOutgoingCalls", "of SIP", { default: false, inert: true }),
    flag("loadBalanceUserCalls", "of the web app", { default: true, inert: true }),
    flag("loadBalanceIndirectCalls", "of SIP", { default: false, inert: true }),
  ],
};

const webBridge: Noun = {
  name: "webBridge",
  plural: "webBridges",
  help: "A Web Bridge that the Call Bridges dial.",
  sort: "url",
  missing: "webBridgeDoesNotExist",
  ignored: ["resourceArchive", "idEntryMode", "allowWeblinkAccess", "showSignIn", "resolveLyncConferenceIds"],
  fields: [
    text("url", "where it listens for Call Bridges", {
      required: true,
      listed: true,
      searched: true,
      claim: "webBridgeUrl",
      max: 300,
      pattern: /^c2w:\/\/(\[[0-9a-fA-F:.]+\]|[^\s/@:?#]+):\d{1,5}$/,
      form: "c2w://host:port",
    }),
    reference("tenant", "the tenant whose guests use it", { listed: true }),
    reference("tenantGroup", "the tenant group whose guests use it", { inert: true }),
    reference("callBridge", "only this Call Bridge dials it"),
    reference("callBridgeGroup", "only the Call Bridges of this group dial it"),
    reference("webBridgeProfile", "what its guests see"),
  ],
};

/** What an effectiveWebBridgeProfile has where nothing is set. */
export const WEB_BRIDGE_PROFILE_DEFAULTS = {
  allowPasscodes: true,
  allowSecrets: true,
  userPortalEnabled: true,
  allowUnauthenticatedGuests: true,
  resolveCoSpaceCallIds: true,
  resolveLyncConferenceIds: false,
  // CMS has "off". Here a meeting's address works in the browser from the start.
  resolveCoSpaceUris: "domainSuggestionDisabled",
} as const;

const webBridgeProfile: Noun = {
  name: "webBridgeProfile",
  plural: "webBridgeProfiles",
  help: "What a Web Bridge offers. Each parameter is inherited by itself: system, tenant, Web Bridge; the last that is set counts.",
  missing: "webBridgeProfileDoesNotExist",
  fields: [
    text("name", "for administrators", { listed: true, searched: true }),
    text("resourceArchive", "of a branding archive", { max: 1000, inert: true }),
    flag("allowPasscodes", "a Meeting ID with its passcode lets in; true if nothing is set"),
    flag("allowSecrets", "a link with its secret lets in; true if nothing is set"),
    flag("userPortalEnabled", "users can sign in and see their spaces; true if nothing is set"),
    flag("allowUnauthenticatedGuests", "people who have not signed in may enter; true if nothing is set"),
    flag(
      "resolveCoSpaceCallIds",
      "others than members find spaces by callId without a link's secret; true if nothing is set",
    ),
    flag("resolveLyncConferenceIds", "of Lync", { inert: true }),
    choice(
      "resolveCoSpaceUris",
      "off: only members find spaces by URI; domainSuggestionDisabled (CMS: off) if nothing is set",
      ["off", "domainSuggestionDisabled", "domainSuggestionEnabled"],
    ),
  ],
};

const GROUP = { callBridge: "only this Call Bridge uses it", callBridgeGroup: "only this group uses it" };

const turnServer: Noun = {
  name: "turnServer",
  plural: "turnServers",
  help: "A TURN server, usually an edge: the Call Bridge keeps an allocation there and guests are told of it.",
  missing: "turnServerDoesNotExist",
  fields: [
    text("serverAddress", "address that the Call Bridge uses", { ...HOST, listed: true, searched: true }),
    text("clientAddress", "address that guests' browsers use", { ...HOST, listed: true, searched: true }),
    number("numRegistrations", "of Lync edges", 0, 100, { default: 0, inert: true }),
    text("username", "of the long-term credential"),
    text("password", "of the long-term credential", { secret: "write-only" }),
    flag("useShortTermCredentials", "credentials that end by themselves are made from the shared secret", {
      default: false,
    }),
    text("sharedSecret", "of short-term credentials, the same on the TURN server", { secret: "write-only" }),
    choice(
      "type",
      "decides the TCP port: 3478 of acano, cms and expressway, 443 of the others",
      ["acano", "cms", "expressway", "lyncEdge", "standard"],
      { default: "standard" },
    ),
    number("tcpPortNumberOverride", "TCP port that guests use", 1, 65_535),
    reference("callBridge", GROUP.callBridge),
    reference("callBridgeGroup", GROUP.callBridgeGroup),
    text("tlsAddress", "host name for guests over TLS: browsers take no IP address there", {
      ...HOST,
      extension: true,
    }),
    number("portNumber", "UDP port, and the Call Bridge's own", 1, 65_535, { default: 3478, extension: true }),
    choice("transport", "of the Call Bridge's own allocation", ["udp", "tcp"], { default: "udp", extension: true }),
  ],
};

export const BRIDGES: readonly Noun[] = [callBridge, callBridgeGroup, webBridge, webBridgeProfile, turnServer];
