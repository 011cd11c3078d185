import type { CertificateRow } from "../../model/answers.ts";
import { certificateMark } from "../../model/certificate.ts";
import { moment, utc } from "../../model/format.ts";
import { useApp, useMayChange, useMayConfigure, useRole, useStrings } from "../context.ts";
import { CopyButton } from "../kit/controls.tsx";
import { Facts } from "../kit/facts.tsx";
import { Badge, Mark } from "../kit/marks.tsx";
import { Section } from "../kit/page.tsx";
import { useAction } from "../kit/use-action.ts";
import { CertificateChain } from "./certificate-chain.tsx";

interface Props {
  readonly row: CertificateRow;
  readonly refresh: () => void;
  readonly onInstall: () => void;
  readonly onRequest: () => void;
}

export function CertificateCard({ row, refresh, onInstall, onRequest }: Props) {
  const { certificates } = useStrings();
  const { use, source, problems, chain, request, acme } = row;
  const name = certificates.uses[use] ?? use;
  return (
    <Section
      title={name}
      actions={<Actions row={row} name={name} refresh={refresh} onInstall={onInstall} onRequest={onRequest} />}
    >
      <div class="certificate-state">
        {problems.length === 0 ? (
          <Mark state="good">{certificates.good}</Mark>
        ) : (
          <ul class="problems">
            {problems.map((problem) => (
              <li key={problem.code}>
                <Mark state={certificateMark({ problems: [problem] })}>{problem.text}</Mark>
                {problem.remedy && <p>{problem.remedy}</p>}
                <p class="note">
                  <code>{problem.code}</code>
                </p>
              </li>
            ))}
          </ul>
        )}
        <Badge>{certificates.sources[source]}</Badge>
      </div>
      <RowFacts row={row} />
      {acme && <Acme acme={acme} />}
      {request && <p class="note after-facts">{certificates.requestWaits(utc(request.createdAt).date)}</p>}
      {chain.length > 0 && <CertificateChain chain={chain} />}
    </Section>
  );
}

function Actions({ row: { use, source }, name, refresh, onInstall, onRequest }: Props & { readonly name: string }) {
  const { certificates } = useStrings();
  const { server } = useApp();
  const { busy, run } = useAction();
  const mayChange = useMayChange();
  const mayConfigure = useMayConfigure();
  const { role } = useRole();
  if (source === "ssh" || role === "meeting-server") return null;
  const renew = () => {
    const done = source === "files" ? certificates.readDone(name) : certificates.renewed(name);
    return run(() => server.change("POST", `/api/certificates/${encodeURIComponent(use)}/renew`), done).then(refresh);
  };
  return (
    <>
      {mayChange && (
        <button type="button" class="button quiet small" disabled={busy} onClick={() => void renew()}>
          {source === "files" ? certificates.readAgain : certificates.renew}
        </button>
      )}
      {mayConfigure && source === "files" && (
        <>
          <button type="button" class="button quiet small" onClick={onRequest}>
            {certificates.request}
          </button>
          <button type="button" class="button quiet small" onClick={onInstall}>
            {certificates.install}
          </button>
        </>
      )}
    </>
  );
}

function RowFacts({ row }: { readonly row: CertificateRow }) {
  const { certificates } = useStrings();
  const { names, issuer, validFrom, validTo, daysLeft, keyType, fingerprint, file } = row;
  return (
    <Facts
      facts={[
        [certificates.names, names.length > 0 && names.join(", ")],
        [certificates.issuer, issuer || undefined],
        [certificates.validFrom, validFrom !== undefined && utc(validFrom).date],
        [
          certificates.validTo,
          validTo !== undefined && (
            <>
              {utc(validTo).date} {daysLeft !== undefined && <span class="note">{certificates.left(daysLeft)}</span>}
            </>
          ),
        ],
        [certificates.key, keyType || undefined],
        [certificates.file, <code>{file}</code>],
        [
          certificates.fingerprint,
          fingerprint !== "" && (
            <span class="fingerprint">
              <code>{fingerprint}</code>
              <CopyButton text={fingerprint} label={certificates.copy} />
            </span>
          ),
        ],
      ]}
    />
  );
}

const ACME_MARKS = { issued: "good", ordering: "waiting", waiting: "bad" } as const;

function Acme({ acme }: { readonly acme: NonNullable<CertificateRow["acme"]> }) {
  const { certificates } = useStrings();
  const { directory, state, lastError, nextTryAt, renewAt } = acme;
  return (
    <div class="after-facts">
      <Facts
        facts={[
          [
            certificates.acme,
            <>
              <Mark state={ACME_MARKS[state]}>{certificates.acmeStates[state]}</Mark>
              <p class="note">{directory}</p>
            </>,
          ],
          [certificates.renewAt, renewAt !== undefined && `${moment(renewAt)} UTC`],
          [certificates.nextTry, nextTryAt !== undefined && `${moment(nextTryAt)} UTC`],
        ]}
      />
      {lastError && (
        <div class="told bad">
          <p>{lastError.text}</p>
          <p>{lastError.remedy}</p>
          <p class="note">
            <code>{lastError.code}</code> · {moment(lastError.at)} UTC
          </p>
        </div>
      )}
    </div>
  );
}
