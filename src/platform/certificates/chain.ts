import type { X509Certificate } from "node:crypto";
import type { ChainLink } from "./contract.ts";
import { oneLine } from "./describe.ts";
import { isIssuedBy, type Roots, rootOf } from "./trust.ts";

/** A server's certificate and what came with it, seen as a client would. */
export interface Chain {
  /** From the leaf upwards; the root at the end is there if it is known, sent or not. */
  readonly links: readonly ChainLink[];
  readonly certificates: readonly X509Certificate[];
  /** whole: it ends in a root that is trusted. own-root: it ends in a root that nobody knows. incomplete: an issuer is missing. */
  readonly end: "whole" | "own-root" | "incomplete";
  /** The file holds certificates in another order, or some that do not belong to it. */
  readonly disordered: boolean;
}

/** Walks upwards from the first certificate, RFC 8446 4.4.2: each certifies the one before it. */
export function chainOf(blocks: readonly X509Certificate[], trust: readonly Roots[]): Chain {
  const path = [blocks[0]!];
  const rest = blocks.slice(1);
  let disordered = false;
  for (let top = blocks[0]!; !isIssuedBy(top, top); top = path.at(-1)!) {
    const at = rest.findIndex((block) => isIssuedBy(top, block));
    if (at < 0) break;
    disordered ||= at > 0;
    path.push(...rest.splice(at, 1));
  }
  const top = path.at(-1)!;
  const root = rootOf(top, trust);
  const unsent = root && !root.raw.equals(top.raw) ? [root] : [];
  const certificates = [...path, ...unsent];
  return {
    certificates,
    links: certificates.map((certificate, i) => linkOf(certificate, i, i < path.length)),
    end: root ? "whole" : isIssuedBy(top, top) ? "own-root" : "incomplete",
    disordered: disordered || rest.length > 0,
  };
}

function linkOf(certificate: X509Certificate, at: number, sent: boolean): ChainLink {
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    validTo: certificate.validToDate.getTime(),
    role: at === 0 ? "leaf" : isIssuedBy(certificate, certificate) ? "root" : "intermediate",
    sent,
  };
}
