import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { Log } from "#base";
import { loadPair, type Pair } from "#certificates";
import { loadPrivateKey, loadPublicKeys, type TunnelKey } from "#tunnel";
import { type TurnServerOptions, turnOptions } from "#turn";
import { type EdgeConfig, neverPeers } from "./config.ts";

/** What the edge reads from files, all of it before the first socket is opened. */
export interface Material {
  readonly web: Pair;
  readonly hostKey: TunnelKey;
  readonly authorizedKeys: readonly TunnelKey[];
  readonly turn: TurnServerOptions;
}

/** Throws a TurnpikeError for the first file that cannot be used. */
export function readMaterial(config: EdgeConfig): Material {
  const web = loadPair(config.web.certificate, config.web.key);
  return {
    web,
    hostKey: loadPrivateKey(config.tunnel.hostKey),
    authorizedKeys: config.tunnel.authorizedKeys.flatMap((file) => loadPublicKeys(file)),
    turn: turnOptions(config.turn, { web, neverPeers: neverPeers(config) }),
  };
}

/** The files that may be replaced while the edge runs. */
export function watchedFiles({ web, turn }: EdgeConfig): readonly string[] {
  const { certificate, key, sharedSecretFile, usersFile } = turn;
  return [web.certificate, web.key, certificate, key, sharedSecretFile, usersFile].filter((file) => file !== undefined);
}

/** Browsers refuse a certificate that lacks the name, which the guest sees and the administrator does not. */
export function warnOfNames(certificate: string, joinHosts: readonly string[], log: Log): void {
  const leaf = new X509Certificate(certificate);
  for (const host of joinHosts)
    if (!(isIP(host) ? leaf.checkIP(host) : leaf.checkHost(host)))
      log.warn("web certificate does not name a join host", { host, names: leaf.subjectAltName });
}
