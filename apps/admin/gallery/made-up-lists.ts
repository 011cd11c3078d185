import type { AlarmLists, AuditEntry, EventEntry, Events, TracingList, UserList } from "../model/answers.ts";
import type { World } from "./made-up-server.ts";
import { ALARMS, id } from "./made-up-status.ts";

export function alarmsIn(world: World): AlarmLists {
  const now = Date.now();
  const raised = ALARMS.map((alarm, i) => ({ ...alarm, raisedAt: now - (i + 1) * 1_400_000 }));
  return {
    now,
    current: world === "broken" ? raised : [],
    past:
      world === "empty" ? [] : raised.map((alarm) => ({ ...alarm, id: id(950), clearedAt: now - 600_000 })).slice(0, 1),
  };
}

const TEXTS: readonly (readonly [EventEntry["level"], string, string])[] = [
  ["info", "general", 'guest login request 1450660605: resolution in progress ("739204158")'],
  ["info", "general", 'new session created for user "guest1573064743"'],
  [
    "info",
    "general",
    'participant "guest1573064743" joined space 3f0c1f1e-6a6d-4a8f-9ad2-6b6f6a0f1c11 (Revisão de projeto)',
  ],
  ["info", "general", "call 11: starting DTLS combined media negotiation (as initiator)"],
  ["info", "ice", "call 11: pair 203.0.113.10:24012 - 198.51.100.23:50123 was nominated after 212 ms"],
  ["info", "general", "call 11: completed DTLS combined media negotiation"],
  ["warning", "general", "call 7: ICE failure 4 (unauthorized - check credentials)"],
  ["info", "general", '10.0.0.8: API user "admin" modified turnServer 266cb509-1fd5-4b3d-9a0a-0f1c2d3e4f5a'],
  ["error", "general", "TURN server edge-2.example.com: Allocate was refused (401 Unauthorized)"],
  ["info", "general", 'conference 5c2f: lock state has changed to locked by participant "anna@example.com"'],
];

export function eventsIn(world: World): Events {
  const now = Date.now();
  if (world === "empty") return { now, entries: [] };
  const entries = Array.from({ length: 60 }, (_, i): EventEntry => {
    const [level, subsystem, text] = TEXTS[i % TEXTS.length]!;
    return { sequence: i + 1, at: now - (60 - i) * 4321, level, subsystem, text };
  });
  return { now, entries };
}

export function tracingIn(): TracingList {
  const now = Date.now();
  const help = {
    call: "each change of a call, its participants and call legs",
    ice: "candidates, checks and the chosen path of each call leg",
    signalling: "each message between a meeting app and the Call Bridge, without its content",
    api: "each request to the API with its parameters' names, answer and duration",
    "bridge-link": "each request and event between Call Bridge and Web Bridges",
  };
  return {
    now,
    tracing: Object.entries(help).map(([subsystem, words], i) => ({
      subsystem,
      help: words,
      until: i === 1 ? now + 1_134_000 : undefined,
    })),
  };
}

export function usersIn(world: World): UserList {
  if (world === "empty") return { total: 0, users: [] };
  const names = ["Anna Almeida", "Bruno Carvalho", "Chen Wei", "Dr. Theresa-Magdalena von Hohenstein-Oberbayern"];
  const users = Array.from({ length: 20 }, (_, i) => {
    const name = names[i % names.length]!;
    const jid = `${name.toLowerCase().replace(/[^a-z]+/g, ".")}${i}@example.com`;
    return { id: id(700 + i), userJid: jid, name, email: jid, source: ["local", "ldap", "oidc"][i % 3]! };
  });
  return { total: 312, users };
}

export function auditIn(world: World): { readonly entries: readonly AuditEntry[] } {
  const now = Date.now();
  if (world === "empty") return { entries: [] };
  const base = { who: "admin", role: "admin", via: "session", from: "10.0.0.8" } as const;
  const facts: readonly Omit<AuditEntry, "id" | "at">[] = [
    {
      ...base,
      what: "changed",
      method: "PUT",
      path: "/api/v1/turnServers/266cb509-1fd5-4b3d-9a0a-0f1c2d3e4f5a",
      status: 200,
    },
    { ...base, what: "changed", method: "POST", path: "/api/v1/coSpaces", status: 400 },
    { ...base, what: "signed in" },
    { ...base, who: "root", what: "sign-in refused", why: "name or password is wrong", from: "10.0.0.99" },
    { ...base, what: "session ended" },
  ];
  return { entries: facts.map((fact, i) => ({ ...fact, id: 1000 - i, at: now - i * 543_210 })) };
}
