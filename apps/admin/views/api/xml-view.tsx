import { useEffect, useState } from "preact/hooks";
import { indented } from "../../model/xml.ts";
import { type FailureFacts, factsOf } from "../../server/failure.ts";
import { useApp, useStrings } from "../context.ts";
import { CopyButton } from "../kit/controls.tsx";
import { FailureNote } from "../kit/loaded.tsx";
import { Skeleton } from "../kit/table.tsx";

/** What a script gets from this path. `version` changes when the object has. */
export function XmlView({ path, version }: { readonly path: string; readonly version: string }) {
  const { api } = useStrings();
  const { objects } = useApp();
  const [xml, setXml] = useState<string>();
  const [why, setWhy] = useState<FailureFacts>();
  useEffect(() => {
    objects.xml(path).then(
      (text) => setXml(text),
      (error) => setWhy(factsOf(error)),
    );
    // Asked again when the object has changed
  }, [objects, path, version]);
  if (why) return <FailureNote why={why} />;
  if (xml === undefined) return <Skeleton rows={6} />;
  return (
    <div class="xml">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <pre tabIndex={0}>{indented(xml)}</pre>
      <CopyButton text={xml} label={api.copyXml} withText />
    </div>
  );
}
