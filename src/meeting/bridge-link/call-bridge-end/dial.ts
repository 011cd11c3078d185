import { type Log, parseHostPort, type Scope, type TransportAddress } from "#base";
import { pinsOf } from "../pinning.ts";
import type { CallBridgeService } from "../service.ts";
import { keepLink, type LinkStatus } from "./link.ts";

export interface LinkTarget {
  /** "c2w://host:port" */
  readonly url: string;
  /** The Web Bridge's own link certificate, PEM. Several in one text are all accepted, for the time of a renewal. */
  readonly certificate: string;
}

export interface DialOptions {
  /** The Call Bridge's name. */
  readonly name: string;
  readonly targets: readonly LinkTarget[];
  /** The Call Bridge's own link certificate and key, PEM. */
  readonly certificate: string;
  readonly key: string;
  readonly service: CallBridgeService;
  readonly log: Log;
  /** Told of every change. */
  readonly onStatus?: (report: LinkReport) => void;
}

export interface LinkReport {
  /** Counts from 1, in the order of the targets. */
  readonly link: number;
  readonly url: string;
  readonly status: LinkStatus;
}

export interface DialledLinks {
  /** One for each target, as they are now. */
  reports(): readonly LinkReport[];
}

/** Dials every Web Bridge and keeps the links up until the scope closes. Serves `service` on all of them. */
export function dialWebBridges(scope: Scope, options: DialOptions): DialledLinks {
  const reports = options.targets.map(({ url }, i): LinkReport => ({ link: i + 1, url, status: FIRST }));
  for (const [i, target] of options.targets.entries()) {
    const log = options.log.with({ link: i + 1, url: target.url });
    const onStatus = (status: LinkStatus) => {
      reports[i] = { ...reports[i]!, status };
      logStatus(log, status);
      options.onStatus?.(reports[i]);
    };
    const to = { link: i + 1, where: parseC2wUrl(target.url)!, pins: pinsOf([target.certificate]) };
    void keepLink(scope, to, {
      name: options.name,
      identity: { certificate: options.certificate, key: options.key },
      service: options.service,
      log,
      onStatus,
    });
  }
  return { reports: () => [...reports] };
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
