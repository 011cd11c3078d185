import type {
  Alarm,
  CallLegView,
  Calls,
  CallView,
  LinkReport,
  Overview,
  ParticipantView,
  TurnServerList,
  TurnServerStatus,
  WebBridgeList,
} from "../model/answers.ts";
import type { World } from "./made-up-server.ts";

const MINUTE = 60_000;
export const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

export const ALARMS: readonly Omit<Alarm, "raisedAt">[] = [
  {
    id: id(901),
    type: "turnServerUnavailable",
    subject: { noun: "turnServer", id: id(302) },
    failureReason: "authenticationFailure",
    text: "TURN server edge-2.example.com refuses the credentials",
    remedy: "Give the TURN server and its object under Configuration > API the same shared secret.",
  },
  {
    id: id(902),
    type: "c2wConnectionFailure",
    subject: { noun: "webBridge", id: id(402) },
    failureReason: "dnsFailure",
    text: 'The name of Web Bridge "wb2.inside.example.com" cannot be resolved',
    remedy: "Add an A record for it, or correct the URL of the webBridge.",
  },
];

const NAMES = ["Ana Souza", "Bruno Carvalho", "Chen Wei", "Dr. Theresa-Magdalena von Hohenstein-Oberbayern", "Eva"];

const CALM: Pick<Overview, "totals" | "calls" | "waiting" | "ways" | "spaces" | "users"> = {
  totals: {
    ...{ callLegsActive: 0, callLegsMaxActive: 0, callLegsCompleted: 0, mediaProcessingLoad: 0.2 },
    ...{ audioBitRateIncoming: 0, audioBitRateOutgoing: 0, videoBitRateIncoming: 0, videoBitRateOutgoing: 0 },
  },
  ...{ calls: 0, waiting: 0, spaces: 0, users: 0 },
  ways: { direct: 0, relays: [], none: 0 },
};

function busy(now: number): typeof CALM {
  const wobble = Math.sin(now / 9000);
  return {
    totals: {
      ...{ callLegsActive: Math.round(28 + 6 * wobble), callLegsMaxActive: 112, callLegsCompleted: 4821 },
      audioBitRateIncoming: 1_120_000 + 90_000 * wobble,
      audioBitRateOutgoing: 2_480_000 + 200_000 * wobble,
      videoBitRateIncoming: 31_400_000 + 5_000_000 * wobble,
      videoBitRateOutgoing: 88_700_000 + 9_000_000 * wobble,
      mediaProcessingLoad: 31 + 9 * wobble,
    },
    ...{ calls: 4, waiting: 2, spaces: 10_240, users: 312 },
    ways: {
      ...{ direct: 7, none: 1 },
      relays: [
        { edge: "203.0.113.10", legs: 18 },
        { edge: "203.0.113.20", legs: 3 },
      ],
    },
  };
}

export function overviewIn(world: World): Overview {
  const now = Date.now();
  return {
    ...{ now, name: "cb1", version: "0.1.0", startedAt: now - 273_600_000, joinHost: "join.example.com" },
    ...(world === "empty" ? CALM : busy(now)),
    alarms: world === "broken" ? ALARMS.map((alarm, i) => ({ ...alarm, raisedAt: now - (i + 1) * 23 * MINUTE })) : [],
    recent: world === "empty" ? [] : recentLines(now),
    links: linksIn(world, now),
    turnServers: turnServersIn(world).turnServers,
    noMedia: undefined,
  };
}

export function recentLines(now: number): Overview["recent"] {
  const texts = [
    "call 7: ICE failure 4 (unauthorized - check credentials)",
    'web bridge link 2: name resolution for "wb2.inside.example.com" failed',
    "TURN server edge-2.example.com: Allocate was refused (401 Unauthorized)",
  ];
  return texts.map((text, i) => ({
    sequence: 9000 - i,
    at: now - i * 7 * MINUTE - 12_345,
    level: i === 2 ? ("error" as const) : ("warning" as const),
    subsystem: "general",
    text,
  }));
}

function linksIn(world: World, now: number): readonly LinkReport[] {
  const up: LinkReport = {
    id: id(401),
    link: 1,
    url: "c2w://wb1.inside.example.com:9999",
    status: { state: "connected", since: now - 3_700_000 },
  };
  if (world === "empty") return [up];
  const detail = "the name cannot be resolved (NXDOMAIN)";
  const remedy = "Add an A record for it, or correct the URL of the webBridge.";
  const status =
    world === "broken"
      ? ({ state: "failed", code: "BRIDGE_LINK_DNS_FAILURE", detail, remedy, nextTryAt: now + 7000 } as const)
      : ({ state: "connected", since: now - 90_000 } as const);
  return [up, { id: id(402), link: 2, url: "c2w://wb2.inside.example.com:9999", status }];
}

export function turnServersIn(world: World): TurnServerList {
  const now = Date.now();
  const server = (n: number, address: string, ip: string, rtt: number, preferred: boolean): TurnServerStatus => ({
    id: id(300 + n),
    serverAddress: address,
    clientAddress: `203.0.113.${n}0`,
    type: n === 1 ? "expressway" : "standard",
    ours: true,
    preferred,
    hosts: (["udp", "tcp"] as const).map((transport) => ({
      address: ip,
      portNumber: transport === "udp" ? 3478 : 443,
      transport,
      reachable: true,
      roundTripTimeMs: transport === "udp" ? rtt : rtt * 2.4,
      mapped: { address: "10.0.0.5", port: 41_234 },
      numAllocations: transport === "udp" ? 4 : 0,
      failure: undefined,
      checkedAt: now - 11_000,
    })),
  });
  const first = server(1, "edge-1.example.com", "203.0.113.10", 0.7, true);
  const second = server(2, "edge-2.example.com", "203.0.113.20", 12.4, false);
  if (world !== "broken") return { now, turnServers: world === "empty" ? [] : [first, second], noMedia: undefined };
  const failure = {
    code: "TURN_CLIENT_UNAUTHORIZED",
    detail: "it refuses the credentials (401 Unauthorized)",
    remedy: "Give the TURN server and this object the same shared secret.",
    reason: "authenticationFailure",
  };
  const hosts = second.hosts.map((host) => ({
    ...host,
    reachable: false,
    roundTripTimeMs: undefined,
    mapped: undefined,
    numAllocations: 0,
    failure,
  }));
  return { now, turnServers: [first, { ...second, hosts }], noMedia: undefined };
}

export function webBridgesIn(world: World): WebBridgeList {
  const now = Date.now();
  const links = linksIn(world, now);
  return { now, webBridges: links.map((link, i) => ({ id: id(401 + i), url: link.url, link })) };
}

export function callsIn(world: World): Calls {
  const now = Date.now();
  if (world === "empty") return { now, calls: [], participants: [], callLegs: [] };
  const calls = [call(1, "Revisão de projeto", now), call(2, "Board of directors, quarterly review", now, true)];
  const participants = calls.flatMap((one, c) =>
    NAMES.slice(0, c === 0 ? 5 : 2).map((name, i) => participant(one, name, c * 10 + i, now)),
  );
  const waiting = ["Guest with a name", "Zé"].map((name, i) => ({
    ...participant(calls[0]!, name, 40 + i, now),
    state: "lobby" as const,
    joinedAt: now - (i + 1) * 31_000,
  }));
  const everybody = [...participants, ...waiting];
  return { now, calls, participants: everybody, callLegs: everybody.map((one, i) => leg(one, i, now)) };
}

function call(n: number, name: string, now: number, locked = false): CallView {
  return {
    ...{ id: id(n), name, spaceId: id(100 + n), locked, tenant: undefined, ownerName: undefined },
    ...{ callCorrelator: id(n), startedAt: now - n * 17 * MINUTE, messageText: "", presenterCallLeg: undefined },
    ...{ allowAllMuteSelf: false, joinAudioMuteOverride: undefined },
    ...{ numCallLegs: 5, maxCallLegs: 9, numWaiting: n === 1 ? 2 : 0 },
    rules: {} as CallView["rules"],
  };
}

function participant(one: CallView, name: string, n: number, now: number): ParticipantView {
  return {
    ...{ id: id(500 + n), callId: one.id, name, uri: `guest-${n}`, userJid: undefined, tenant: undefined },
    ...{ accessMethodId: undefined, isActivator: n % 10 === 0, state: "connected", importance: undefined },
    nameLabelOverride: undefined,
    ...{ callLegId: id(600 + n), joinedAt: now - (60 - n) * 15_000 },
  };
}

function leg(one: ParticipantView, n: number, now: number): CallLegView {
  const wobble = Math.sin(now / 5000 + n);
  const stream = { packetLossPercentage: n === 2 ? 6.4 : 0, jitterMs: 3.2 };
  const video = {
    ...stream,
    kind: "video",
    role: "main",
    codec: "vp8",
    width: 1280,
    height: 720,
    frameRate: 30,
  } as const;
  const audio = { ...stream, kind: "audio", role: "main", codec: "opus" } as const;
  const isHost = n % 3 === 1;
  return {
    ...{ id: one.callLegId, callId: one.callId, participantId: one.id, name: one.name, remoteParty: one.uri },
    ...{ tenant: undefined, client: "js 2.23.0 Chrome 156", address: "198.51.100.23", startedAt: one.joinedAt },
    via: isHost ? "inside" : "edge",
    state: one.state === "lobby" ? "lobby" : n === 4 ? "initial" : "connected",
    rules: { rxAudioMute: n === 1, rxVideoMute: n === 3, callLockAllowed: true } as CallLegView["rules"],
    ownRules: {},
    trace: [
      { scope: "global", profileId: undefined },
      { scope: "accessMethod", profileId: id(201) },
    ],
    path:
      n === 4
        ? undefined
        : { link: isHost ? "host" : "relay", peer: "198.51.100.23:50123", edge: isHost ? undefined : "203.0.113.10" },
    media:
      n === 4
        ? undefined
        : {
            rx: [
              { ...audio, bitRate: 42_000 },
              { ...video, bitRate: 1_600_000 + 300_000 * wobble },
            ],
            tx: [
              { ...audio, bitRate: 61_000 },
              { ...video, bitRate: 2_300_000 + 500_000 * wobble },
            ],
            roundTripTimeMs: n === 2 ? 341 : 18 + n,
            estimate: 4_200_000,
          },
  };
}
