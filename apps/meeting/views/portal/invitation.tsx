import { useId, useState } from "preact/hooks";
import type { Door, Space } from "../../model/portal.ts";
import { Dialog } from "../dialog.tsx";
import { useStrings } from "../strings.ts";
import { usePortal } from "./context.ts";
import { Copy, Shown } from "./parts.tsx";
import { useLoaded } from "./use-request.ts";

interface Props {
  readonly space: Space;
  readonly door: Door;
  readonly onClose: () => void;
}

type Language = "en" | "pt";
const CODES: Readonly<Record<Language, string>> = { en: "en_GB", pt: "pt_BR" };

/** The text to send to people, in the language that they read. */
export function Invitation({ space, door, onClose }: Props) {
  const { api, strings } = usePortal();
  const text = strings.invitation;
  const [language, setLanguage] = useState<Language>(useStrings().language === "pt-BR" ? "pt" : "en");
  const load = () => api.invitation(space.id, door.id, CODES[language]);
  const [loaded, reload] = useLoaded(load, `${door.id} ${language}`);
  const id = useId();
  return (
    <Dialog title={`${text.title}: ${door.name || space.name}`} onClose={onClose} wide testid="invitation">
      {door.forHosts && <p class="problem-box">{strings.space.hostsHint}</p>}
      <fieldset class="languages">
        <legend class="unseen">{text.language}</legend>
        {(["en", "pt"] as const).map((each) => (
          <label key={each} class="chip">
            <input type="radio" name="language" checked={language === each} onChange={() => setLanguage(each)} />
            <span>{text.languages[each]}</span>
          </label>
        ))}
      </fieldset>
      <Shown of={loaded} onRetry={reload}>
        {({ subject, invitation }) => (
          <>
            <div class="field">
              <label for={id}>{text.text}</label>
              <textarea id={id} class="input invitation-text" readOnly rows={10} value={invitation} />
            </div>
            <div class="dialog-actions">
              <a
                class="button quiet"
                href={`mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(invitation)}`}
              >
                {text.mail}
              </a>
              <Copy text={invitation} what={text.title} label={text.copy} primary testid="copy-invitation" />
            </div>
          </>
        )}
      </Shown>
    </Dialog>
  );
}
