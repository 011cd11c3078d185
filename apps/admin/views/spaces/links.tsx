import { useEffect, useState } from "preact/hooks";
import type { SpaceLink } from "../../model/answers.ts";
import { groupDigits } from "../../model/format.ts";
import { type FailureFacts, factsOf } from "../../server/failure.ts";
import { useApp, useStrings } from "../context.ts";
import { CopyButton } from "../kit/controls.tsx";
import { FailureNote } from "../kit/loaded.tsx";
import { Section } from "../kit/page.tsx";
import { Skeleton } from "../kit/table.tsx";

/** The ways into a space, as they are sent to guests. `version` changes when the space has. */
export function Links({ id, version }: { readonly id: string; readonly version: string }) {
  const { spaces, language } = useStrings();
  const { server } = useApp();
  const [links, setLinks] = useState<readonly SpaceLink[]>();
  const [why, setWhy] = useState<FailureFacts>();
  useEffect(() => {
    server.get<{ links: readonly SpaceLink[] }>(`/api/spaces/${id}/links`).then(
      (answer) => setLinks(answer.links),
      (error) => setWhy(factsOf(error)),
    );
    // Asked again when the space has changed
  }, [server, id, version]);
  return (
    <Section title={spaces.links}>
      {why && <FailureNote why={why} />}
      {!why && !links && <Skeleton rows={2} />}
      {links?.length === 0 && <p class="note">{spaces.noLink}</p>}
      <ul class="links">
        {links?.map(({ accessMethod, callId, link, invitations }) => {
          const invitation = invitations.find((one) => one.language === language) ?? invitations[0];
          return (
            <li key={accessMethod?.id ?? ""}>
              <strong>{accessMethod?.name ?? spaces.ownWay}</strong>
              <span class="digits link-id">{groupDigits(callId)}</span>
              <code class="link-text">{link}</code>
              <span class="button-row">
                <CopyButton text={link} label={spaces.copyLink} withText />
                {invitation && <CopyButton text={invitation.text} label={spaces.copyInvitation} withText />}
              </span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
