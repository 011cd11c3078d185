import type { Alarms } from "#alarms";
import type { Scope } from "#base";
import { type DialledLinks, type LinkReport, type LinkStatus, parseC2wUrl } from "#bridge-link";
import type { EventLog } from "#event-log";
import type { Storage, StoredObject } from "#storage";

/** As `GET webBridges/<id>/status` says it. */
export type WebBridgeStatus = "unused" | "success" | "connectionFailure" | "dnsFailure";

/** By the code of the failure: words of the event log and of faults, and the API's word for alarms. */
const FAILURES: Readonly<Record<string, { readonly words: string; readonly reason: string }>> = {
  BRIDGE_LINK_DNS_FAILURE: { words: "DNS failure", reason: "dnsFailure" },
  BRIDGE_LINK_WRONG_ADDRESS: { words: "DNS failure: the name leads to the edge", reason: "dnsFailure" },
  BRIDGE_LINK_CONNECT_FAILURE: { words: "connect failure", reason: "connectFailure" },
  BRIDGE_LINK_TRUST_FAILURE: { words: "certificate not trusted", reason: "authenticationFailure" },
  BRIDGE_LINK_LOST: { words: "connection lost", reason: "connectFailure" },
};
const UNKNOWN = { words: "unknown error", reason: "error" };

/** What decides whom this Call Bridge dials. */
const READ_NOUNS = new Set(["webBridge", "callBridge", "callBridgeGroup"]);
/** The storage tells of this process's changes only; those of others are noticed so late. */
const READ_EVERY_MS = 30_000;

/** The webBridge objects that this Call Bridge dials, and what is told of their links. */
export class WebBridges {
  readonly #storage: Storage;
  readonly #callBridge: string;
  readonly #alarms: Alarms;
  readonly #events: EventLog;
  readonly #last = new Map<string, LinkReport>();
  #links: DialledLinks | undefined;

  constructor(parts: { storage: Storage; callBridge: string; alarms: Alarms; events: EventLog }) {
    this.#storage = parts.storage;
    this.#callBridge = parts.callBridge;
    this.#alarms = parts.alarms;
    this.#events = parts.events;
  }

  /** Dials them, and follows every change of the storage. Rejects if the storage does. */
  async follow(scope: Scope, links: DialledLinks): Promise<void> {
    this.#links = links;
    const apply = async () => this.#apply(await this.#ours());
    await apply();
    // One after the other: what was read earlier must not count later.
    let last = Promise.resolve();
    const again = () => {
      // A storage that fails has its own alarm; the links stay as they are.
      last = last.then(() => (scope.closed ? undefined : apply())).catch(() => {});
    };
    scope.defer(
      this.#storage.onChange((changes) => {
        if (changes.some(({ noun }) => READ_NOUNS.has(noun))) again();
      }),
    );
    scope.every(READ_EVERY_MS, again);
  }

  status(id: string): WebBridgeStatus {
    const report = this.#links?.reports().find((one) => one.id === id);
    if (!report) return "unused";
    const { status } = report;
    if (status.state === "connected") return "success";
    const failed = status.state === "failed" ? status : failedOf(this.#last.get(id));
    return failed && FAILURES[failed.code]?.reason === "dnsFailure" ? "dnsFailure" : "connectionFailure";
  }

  /** Of the links: tells the event log and raises alarms, once for each change and not for each try. */
  readonly onStatus = (report: LinkReport): void => {
    const { id, link, status } = report;
    if (status.state === "connecting") return;
    const before = this.#last.get(id)?.status;
    this.#last.set(id, report);
    const subject = { noun: "webBridge", id };
    if (status.state === "connected") {
      this.#alarms.clear("c2wConnectionFailure", subject);
      this.#events.write("info", `connection to web bridge link ${link} established`);
      return;
    }
    if (before?.state === "failed" && before.code === status.code) return;
    const host = hostOf(report);
    const { words, reason } = FAILURES[status.code] ?? UNKNOWN;
    if (reason === "dnsFailure")
      this.#events.write("warning", `web bridge link ${link}: name resolution for "${host}" failed`);
    this.#events.write("info", `failed to establish connection to web bridge link ${link} (${words})`);
    const text = `Web bridge connection to "${host}" failed (${words})`;
    this.#alarms.raise({
      type: "c2wConnectionFailure",
      subject,
      failureReason: reason,
      text: `${text}: ${status.detail}`,
      remedy: status.remedy,
    });
  };

  #apply(ours: readonly StoredObject[]): void {
    const targets = ours.map(({ id, fields }) => ({ id, url: String(fields.url) }));
    this.#links?.setTargets(targets.filter(({ url }) => parseC2wUrl(url) !== undefined));
    const ids = new Set(targets.map(({ id }) => id));
    for (const id of this.#last.keys())
      if (!ids.has(id)) {
        this.#last.delete(id);
        this.#alarms.clear("c2wConnectionFailure", { noun: "webBridge", id });
      }
  }

  /** Those that are not another Call Bridge's, or another group's. */
  async #ours(): Promise<readonly StoredObject[]> {
    const [{ objects: bridges }, { objects: all }] = await Promise.all([
      this.#storage.list("callBridge"),
      this.#storage.list("webBridge"),
    ]);
    const own = bridges.find(({ fields }) => fields.name === this.#callBridge);
    return all.filter(({ fields }) => {
      const { callBridge, callBridgeGroup } = fields;
      const byBridge = callBridge === undefined || callBridge === own?.id;
      const byGroup = callBridgeGroup === undefined || callBridgeGroup === own?.fields.callBridgeGroup;
      return byBridge && byGroup;
    });
  }
}

function failedOf(report: LinkReport | undefined): Extract<LinkStatus, { state: "failed" }> | undefined {
  return report?.status.state === "failed" ? report.status : undefined;
}

function hostOf({ url }: LinkReport): string {
  return parseC2wUrl(url)?.address ?? url;
}
