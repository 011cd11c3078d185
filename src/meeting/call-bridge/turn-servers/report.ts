import type { Alarms } from "#alarms";
import type { EventLog } from "#event-log";
import type { Host } from "./host.ts";
import type { TurnServer } from "./turn-server.ts";
import type { Condition, Watch } from "./watch.ts";

const ALARM = "turnServerUnavailable";

interface Told {
  /** "" while it works, else code and words of the failure; undefined before anything was told. */
  server: string | undefined;
  readonly hosts: Map<string, string>;
}

/** Tells administrators what becomes of the TURN servers: alarms, and lines of the event log. Each news once. */
export class Report {
  readonly #alarms: Alarms;
  readonly #events: EventLog;
  readonly #told = new Map<string, Told>();
  #preferred: string | undefined;

  constructor(alarms: Alarms, events: EventLog) {
    this.#alarms = alarms;
    this.#events = events;
  }

  tell({ server, condition, hosts }: Watch): void {
    const told = this.#told.get(server.id) ?? { server: undefined, hosts: new Map() };
    this.#told.set(server.id, told);
    this.#tellServer(server, condition, told);
    // While nothing of it works, one line says it all.
    if (condition.state === "reachable") for (const host of hosts) this.#tellHost(server, host, told);
  }

  /** It is the first choice of several. */
  preferred({ id, serverAddress }: TurnServer, rttMs: number): void {
    if (this.#preferred === id) return;
    this.#preferred = id;
    this.#events.write("info", `TURN server ${serverAddress}: preferred now, ${roundTrip(rttMs)}`);
  }

  /** It was deleted, or serves others now. */
  gone({ id, serverAddress }: TurnServer): void {
    if (!this.#told.delete(id)) return;
    if (this.#preferred === id) this.#preferred = undefined;
    this.#alarms.clear(ALARM, { noun: "turnServer", id });
    this.#events.write("info", `TURN server ${serverAddress}: no longer used by this Call Bridge`);
  }

  #tellServer({ id, serverAddress }: TurnServer, condition: Condition, told: Told): void {
    if (condition.state === "unknown") return;
    const subject = { noun: "turnServer", id };
    if (condition.state === "reachable") {
      if (told.server === "") return;
      const { way, rttMs } = condition.by;
      const again = told.server === undefined ? "available" : "available again";
      const over = way.transport.toUpperCase();
      this.#events.write("info", `TURN server ${serverAddress}: ${again} over ${over}, ${roundTrip(rttMs)}`);
      this.#alarms.clear(ALARM, subject);
      told.server = "";
      return;
    }
    const { code, detail, remedy, reason } = condition.failure;
    if (told.server === `${code} ${detail}`) return;
    told.server = `${code} ${detail}`;
    const text = `TURN server ${serverAddress}: not available (${reason}): ${withoutName(detail)}`;
    this.#events.write("warning", text);
    this.#alarms.raise({ type: ALARM, subject, failureReason: reason, text, remedy });
  }

  /** Ways that fail while others work: guests in narrow networks may need just these. */
  #tellHost({ serverAddress }: TurnServer, { address, way, result, failure }: Host, told: Told): void {
    if (!result) return;
    const name = `${way.transport.toUpperCase()} port ${way.port} of ${address}`;
    const before = told.hosts.get(name) ?? "";
    const now = failure?.code ?? "";
    if (before === now) return;
    told.hosts.set(name, now);
    const level = failure ? "warning" : "info";
    const what = failure ? `${withoutName(failure.detail)} (${failure.reason})` : "works again";
    this.#events.write(level, `TURN server ${serverAddress}: ${name}: ${what}`);
  }
}

/** The lines name the server already. */
function withoutName(detail: string): string {
  return detail.replace(/^TURN server \S+ /, "");
}

function roundTrip(ms: number): string {
  return `round trip ${ms.toFixed(1)} ms`;
}
