import { render } from "preact";
import { AppState } from "./app-state.ts";
import { loadLiveKit } from "./call/attempt.ts";
import { stringsFor } from "./strings/index.ts";
import { App } from "./views/app.tsx";
import { StringsContext } from "./views/strings.ts";

const strings = stringsFor(navigator.languages);
document.documentElement.lang = strings.language;

const state = new AppState();
window.turnpikeDiagnostics = async () => state.diagnostics();

render(
  <StringsContext.Provider value={strings}>
    <App state={state} />
  </StringsContext.Provider>,
  document.getElementById("app")!,
);

void state.preview.startBoth();
const whenIdle = window.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 200));
whenIdle(() => void loadLiveKit().catch(() => {}), { timeout: 1500 });
