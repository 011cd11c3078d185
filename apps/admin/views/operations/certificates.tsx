import { useState } from "preact/hooks";
import type { CertificateFile, CertificateRow } from "../../model/answers.ts";
import { certificateRows } from "../../model/certificate.ts";
import { useLive, useStrings } from "../context.ts";
import { Loaded } from "../kit/loaded.tsx";
import { Empty, Page } from "../kit/page.tsx";
import { CertificateCard } from "./certificate-card.tsx";
import { InstallDialog } from "./certificate-install.tsx";
import { RequestDialog } from "./certificate-request.tsx";

/** Milliseconds. */
const EVERY = 5000;

interface Opened {
  readonly what: "install" | "request";
  readonly row: CertificateRow;
}

/** Security > Certificates: every certificate and key that this role shows, and how to change it. */
export function CertificatesPage() {
  const { certificates } = useStrings();
  const live = useLive<readonly (CertificateRow | CertificateFile)[]>("/api/certificates", EVERY);
  const [opened, setOpened] = useState<Opened>();
  const refresh = () => void live.refresh();
  const close = () => setOpened(undefined);
  return (
    <Page title={certificates.title} sub={certificates.sub}>
      <Loaded live={live}>
        {(answer) => (
          <div class="stack">
            {answer.length === 0 && (
              <div class="card">
                <Empty>{certificates.none}</Empty>
              </div>
            )}
            {certificateRows(answer, Date.now()).map((row) => (
              <CertificateCard
                key={`${row.use} ${row.file}`}
                row={row}
                refresh={refresh}
                onInstall={() => setOpened({ what: "install", row })}
                onRequest={() => setOpened({ what: "request", row })}
              />
            ))}
          </div>
        )}
      </Loaded>
      {opened?.what === "install" && <InstallDialog row={opened.row} onClose={close} onDone={refresh} />}
      {opened?.what === "request" && <RequestDialog row={opened.row} onClose={close} onDone={refresh} />}
    </Page>
  );
}
