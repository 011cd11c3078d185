import type { ChainLink } from "../../model/answers.ts";
import { commonName } from "../../model/certificate.ts";
import { utc } from "../../model/format.ts";
import { useStrings } from "../context.ts";

/** The certificate, who issued it, and so on up to a root: a root that is not sent is known to the clients. */
export function CertificateChain({ chain }: { readonly chain: readonly ChainLink[] }) {
  const { certificates } = useStrings();
  return (
    <ol class="chain" aria-label={certificates.chain}>
      {chain.map((link) => (
        <li key={`${link.subject} ${link.validTo}`} class={link.sent ? "link-box" : "link-box not-sent"}>
          <strong title={link.subject}>{commonName(link.subject)}</strong>
          <span class="note">
            {certificates.chainRoles[link.role]}
            {!link.sent && `, ${certificates.notSent}`}
          </span>
          <span class="note">{certificates.until(utc(link.validTo).date)}</span>
        </li>
      ))}
    </ol>
  );
}
