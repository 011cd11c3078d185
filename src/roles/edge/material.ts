import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { Log } from "#base";
import {
  type CertificateStore,
  type CertificateUse,
  type CertificateUses,
  certificateSource,
  type Pair,
} from "#certificates";
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
export function readMaterial(config: EdgeConfig, certificates: Pick<CertificateStore, "pair">): Material {
  const web = certificates.pair("web");
  return {
    web,
    hostKey: loadPrivateKey(config.tunnel.hostKey),
    authorizedKeys: config.tunnel.authorizedKeys.flatMap((file) => loadPublicKeys(file)),
    turn: turnOptions(config.turn, { web, neverPeers: neverPeers(config) }),
  };
}

/** One store for web, TURN, administration and, to be shown, the keys of the tunnel. */
export function certificateUses({ joinHosts, web, turn, admin, tunnel }: EdgeConfig): CertificateUses {
  const uses: Record<string, CertificateUse> = {
    web: { source: certificateSource("web", web), names: web.acme?.names ?? joinHosts, ...caOf(web) },
  };
  if (turn.certificate && turn.key)
    uses.turn = {
      source: { from: "files", certificate: turn.certificate, key: turn.key },
      names: turn.serverNames,
      ...caOf(web),
    };
  if (admin)
    uses.admin = {
      source: { from: "files", certificate: admin.certificate, key: admin.key },
      names: [],
      ...caOf(admin),
    };
  return {
    uses,
    sshKeys: [
      { use: "tunnel.hostKey", file: `${tunnel.hostKey}.pub` },
      ...tunnel.authorizedKeys.map((file) => ({ use: "tunnel.authorizedKeys", file })),
    ],
  };
}

function caOf({ ca }: { readonly ca?: string | undefined }) {
  return ca === undefined ? {} : { ca };
}

/** The files besides certificates that may be replaced while the edge runs. */
export function watchedFiles({ tunnel, turn }: EdgeConfig): readonly string[] {
  const { sharedSecretFile, usersFile } = turn;
  return [tunnel.hostKey, ...tunnel.authorizedKeys, sharedSecretFile, usersFile].filter((file) => file !== undefined);
}

/** Browsers refuse a certificate that lacks the name, which the guest sees and the administrator does not. */
export function warnOfNames(certificate: string, joinHosts: readonly string[], log: Log): void {
  const leaf = new X509Certificate(certificate);
  for (const host of joinHosts)
    if (!(isIP(host) ? leaf.checkIP(host) : leaf.checkHost(host)))
      log.warn("web certificate does not name a join host", { host, names: leaf.subjectAltName });
}
