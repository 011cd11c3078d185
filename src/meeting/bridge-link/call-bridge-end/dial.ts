import { type Log, parseHostPort, Scope, type TransportAddress } from "#base";
import type { Dns } from "#dns";
import type { CallBridgeService } from "../service.ts";
import type { Trust } from "../trust.ts";
import { Link, type LinkStatus } from "./link.ts";

export interface LinkTarget {
  /** Of the webBridge object. */
  readonly id: string;
  /** "c2w://host:port" */
  readonly url: string;
}

export interface DialOptions {
  /** The Call Bridge's name. */
  readonly name: string;
  /** The Call Bridge's own link certificate and key, PEM. */
  readonly certificate: string;
  readonly key: string;
  /** Link certificates of the Web Bridges: exactly these. */
  readonly trust: Trust;
  readonly service: CallBridgeService;
  readonly dns: Dns;
  /** Addresses that are an edge's: a Web Bridge's name must not lead there. */
  readonly edgeAddresses?: () => readonly string[];
  readonly log: Log;
  /** Told of every change. */
  readonly onStatus?: (report: LinkReport) => void;
}

export interface LinkReport {
  readonly id: string;
  /** Counts from 1, in the order in which they were first dialled. */
  readonly link: number;
  readonly url: string;
  readonly status: LinkStatus;
}

export interface DialledLinks {
  /** Dials what is new, hangs up what is no longer there, and leaves the rest alone. */
  setTargets(targets: readonly LinkTarget[]): void;
  /** One for each target, as they are now. */
  reports(): readonly LinkReport[];
  /** Those that wait for their next try try now: DNS was flushed, a certificate was added. */
  retry(): void;
}

/** Keeps a link to each Web Bridge up until the scope closes. Serves `service` on all of them. */
export function dialWebBridges(scope: Scope, options: DialOptions): DialledLinks {
  const links = new Links(options);
  scope.defer(() => links.close());
  scope.defer(options.trust.onChange(() => links.trustChanged()));
  return links;
}

interface Entry {
  readonly scope: Scope;
  readonly link: Link;
  report: LinkReport;
}

class Links implements DialledLinks {
  readonly #options: DialOptions;
  readonly #entries = new Map<string, Entry>();
  #count = 0;

  constructor(options: DialOptions) {
    this.#options = options;
  }

  setTargets(targets: readonly LinkTarget[]): void {
    const wanted = new Map(targets.filter(({ url }) => parseC2wUrl(url)).map((target) => [target.id, target]));
    for (const [id, { report, scope }] of this.#entries)
      if (wanted.get(id)?.url !== report.url) {
        this.#entries.delete(id);
        void scope.close({ code: "target-gone" });
      }
    for (const target of wanted.values()) if (!this.#entries.has(target.id)) this.#dial(target);
  }

  reports(): readonly LinkReport[] {
    return [...this.#entries.values()].map(({ report }) => report);
  }

  retry(): void {
    for (const { link } of this.#entries.values()) link.retry();
  }

  trustChanged(): void {
    for (const { link } of this.#entries.values()) link.checkTrust();
    this.retry();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#entries.values()].map(({ scope }) => scope.close()));
  }

  #dial({ id, url }: LinkTarget): void {
    const { name, certificate, key, trust, service, dns, edgeAddresses, log: parentLog } = this.#options;
    const number = ++this.#count;
    const log = parentLog.with({ link: number, url });
    const scope = new Scope();
    const onStatus = (status: LinkStatus) => {
      const entry = this.#entries.get(id);
      if (entry?.scope !== scope) return;
      entry.report = { ...entry.report, status };
      logStatus(log, status);
      this.#options.onStatus?.(entry.report);
    };
    const to = { link: number, where: parseC2wUrl(url)!, trust, dns, edgeAddresses: edgeAddresses ?? (() => []) };
    const link = new Link(to, { name, webBridge: id, identity: { certificate, key }, service, log, onStatus });
    this.#entries.set(id, { scope, link, report: { id, link: number, url, status: FIRST } });
    void link.keep(scope);
  }
}

const FIRST: LinkStatus = { state: "connecting", attempt: 1 };

/** Host and port of "c2w://host:port"; undefined if it is something else. */
export function parseC2wUrl(url: string): TransportAddress | undefined {
  return url.startsWith("c2w://") ? parseHostPort(url.slice("c2w://".length)) : undefined;
}

function logStatus(log: Log, status: LinkStatus): void {
  if (status.state === "connecting") log.debug("web bridge link connecting", { attempt: status.attempt });
  else if (status.state === "connected") log.info("web bridge link connected");
  else {
    const { code, detail, remedy, nextTryAt } = status;
    log.warn("web bridge link failed", { code, detail, remedy, nextTryMs: nextTryAt - Date.now() });
  }
}
