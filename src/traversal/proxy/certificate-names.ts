import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";

export interface NamedHost {
  readonly host: string;
  readonly named: boolean;
}

/** Which join hosts the certificate is good for. Browsers look at subject alternative names alone (RFC 9110 4.3.4). */
export function certificateNames({ certificate }: { readonly certificate: string }, joinHosts: readonly string[]) {
  const leaf = new X509Certificate(certificate);
  return joinHosts.map((host): NamedHost => {
    const name = isIP(host) ? leaf.checkIP(host) : leaf.checkHost(host, { subject: "never" });
    return { host, named: name !== undefined };
  });
}
