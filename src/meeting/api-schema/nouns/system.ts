import type { Noun } from "../noun.ts";
import { flag, number, text } from "./build.ts";

const HTTP_URL = { max: 1000, pattern: /^https?:\/\/[^\s/?#]+\S*$/i, form: "an http:// or https:// URL" } as const;

const cdrReceiver: Noun = {
  name: "cdrReceiver",
  plural: "cdrReceivers",
  under: "system",
  help: "Where call records (CDR) are sent.",
  limit: 4,
  missing: "cdrReceiverDoesNotExist",
  fields: [text("uri", "takes POST of XML", { ...HTTP_URL, required: true, listed: true, aliases: ["url"] })],
};

const webhook: Noun = {
  name: "webhook",
  plural: "webhooks",
  help: "Where call records are sent as signed JSON.",
  limit: 20,
  missing: "webhookDoesNotExist",
  extension: true,
  fields: [
    text("url", "takes POST of JSON", { ...HTTP_URL, required: true, listed: true }),
    text("secret", "signs what is sent", { max: 200, secret: "write-only" }),
    text("events", "which, separated by commas; all if empty", {
      max: 300,
      listed: true,
      pattern: /^\s*[a-zA-Z]+(\s*,\s*[a-zA-Z]+)*\s*$/,
      form: "names of events separated by commas",
    }),
    flag("enabled", "it is sent", { default: true, listed: true }),
  ],
};

const cluster: Noun = {
  name: "cluster",
  plural: "cluster",
  under: "system/configuration",
  singleton: true,
  help: "Limits of this Call Bridge.",
  missing: "unrecognizedObject",
  fields: [
    text("uniqueName", "of this Call Bridge"),
    number("peerLinkBitRate", "of links between Call Bridges", 0, 1_000_000_000, { inert: true }),
    number("maxPeerVideoStreams", "of links between Call Bridges", 0, 1000, { inert: true }),
    number("participantLimit", "at most so many participants", 0, 1_000_000, { inert: true }),
    number("loadLimit", "load above which no calls are taken", 0, 100_000_000, { inert: true }),
    number("newConferenceLoadLimitBasisPoints", "share of loadLimit for new calls", 0, 10_000, {
      default: 5000,
      inert: true,
    }),
    number("existingConferenceLoadLimitBasisPoints", "share of loadLimit for calls that exist", 0, 10_000, {
      default: 8000,
      inert: true,
    }),
  ],
};

export const SYSTEM: readonly Noun[] = [cdrReceiver, webhook, cluster];
