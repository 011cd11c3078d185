import type { Route } from "../http/route.ts";
import { deleteCall, deleteMessages, getCall, listCalls, postCall, postMessage, putCall } from "./calls.ts";
import {
  deleteLeg,
  dialOut,
  getLeg,
  legTrace,
  listLegs,
  listLegsOfCall,
  listLegsOfParticipant,
  putLeg,
} from "./legs.ts";
import {
  deleteParticipant,
  getParticipant,
  listParticipants,
  listParticipantsOfCall,
  putParticipant,
  putParticipants,
} from "./participants.ts";

const PARTICIPANT = { GET: getParticipant, PUT: putParticipant, DELETE: deleteParticipant };

export const CALL_ROUTES: readonly Route[] = [
  { path: "calls", methods: { GET: listCalls, POST: postCall }, help: "Calls; POST begins the call of a space." },
  {
    path: "calls/*",
    methods: { GET: getCall, PUT: putCall, DELETE: deleteCall },
    help: "A call; DELETE ends it for all.",
  },
  {
    path: "calls/*/callLegs",
    methods: { GET: listLegsOfCall, POST: dialOut },
    help: "Its call legs. POST: there is no SIP.",
  },
  {
    path: "calls/*/participants",
    methods: { GET: listParticipantsOfCall, POST: dialOut },
    help: "Its participants. POST: there is no SIP.",
  },
  {
    path: "calls/*/participants/**",
    methods: { PUT: putParticipants },
    help: "All its participants at once: mutes and importance, with `filterIds` (at most 20) and `mode` (exclude, selected).",
  },
  { path: "calls/*/participants/*", methods: PARTICIPANT, help: "A participant; DELETE disconnects it." },
  { path: "callLegs", methods: { GET: listLegs, POST: dialOut }, help: "All call legs. POST: there is no SIP." },
  {
    path: "callLegs/*",
    methods: { GET: getLeg, PUT: putLeg, DELETE: deleteLeg },
    help: "A call leg, with configuration (only its own) and status; DELETE disconnects it.",
  },
  { path: "callLegs/*/callLegProfileTrace", methods: { GET: legTrace }, help: "Which profile each level gives it." },
  { path: "participants", methods: { GET: listParticipants }, help: "All participants." },
  {
    path: "participants/*",
    methods: PARTICIPANT,
    help: "A participant; `deactivated=false` lets it in from the lobby, `true` sends it there.",
  },
  { path: "participants/*/callLegs", methods: { GET: listLegsOfParticipant }, help: "Its call legs." },
  {
    path: "coSpaces/*/messages",
    methods: { POST: postMessage, DELETE: deleteMessages },
    help: "Text shown in the space's call (`message`, `from`); CMS 3 has no message boards any more. Without a call: callDoesNotExist.",
  },
];
