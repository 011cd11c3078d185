import type { AllowListAnswer } from "../../../model/answers.ts";
import { useApp, useLive, useStrings } from "../../context.ts";
import { Loaded } from "../../kit/loaded.tsx";
import { Page } from "../../kit/page.tsx";
import { Tabs } from "../../kit/tabs.tsx";
import { ExplainTab } from "./explain.tsx";
import { RefusalsTab } from "./refusals.tsx";
import { AutomaticTab, EditableTab } from "./rules.tsx";
import { UploadTab } from "./upload.tsx";

/** Milliseconds. */
const EVERY = 3000;

const TABS = ["automatic", "editable", "upload", "explain", "refusals"] as const;

/** Which part is shown stands in the address, so that a refusal can lead to its explanation. */
export function AllowListPage() {
  const { allowList, language } = useStrings();
  const { router } = useApp();
  const live = useLive<AllowListAnswer>("/api/allow-list", EVERY);
  const asked = router.location.value.query.get("tab");
  const chosen = TABS.find((tab) => tab === asked) ?? "automatic";
  const known = live.state === "known" ? live.value : undefined;
  const count = (value: number) => value.toLocaleString(language);
  const refresh = () => void live.refresh();
  return (
    <Page title={allowList.title} sub={allowList.sub}>
      <Tabs
        label={allowList.tabsLabel}
        tabs={TABS.map((key) => ({ key, text: allowList.tabs[key] }))}
        chosen={chosen}
        onChoose={(tab) => router.setQuery({ tab })}
      >
        {chosen === "explain" ? (
          <ExplainTab />
        ) : (
          <Loaded live={live}>
            {(list) => {
              if (chosen === "automatic") return <AutomaticTab list={list} />;
              if (chosen === "editable") return <EditableTab list={list} refresh={refresh} />;
              if (chosen === "upload") return <UploadTab refresh={refresh} />;
              return <RefusalsTab list={list} />;
            }}
          </Loaded>
        )}
      </Tabs>
      {known && <p class="note page-end">{allowList.totals(count(known.allowed), count(known.refused))}</p>}
    </Page>
  );
}
