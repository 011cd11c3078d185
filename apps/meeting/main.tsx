import { render } from "preact";
import { AppState } from "./app-state.ts";
import { loadMeeting } from "./call/attempt.ts";
import { stringsFor } from "./strings/index.ts";
import { App } from "./views/app.tsx";
import { StringsContext } from "./views/strings.ts";

const strings = stringsFor(navigator.languages);
document.documentElement.lang = strings.language;

const whenIdle = window.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 200));
const state = new AppState(() => whenIdle(() => void loadMeeting().catch(() => {}), { timeout: 1500 }));
window.turnpikeDiagnostics = async () => state.diagnostics();
state.start();

render(
  <StringsContext.Provider value={strings}>
    <App state={state} />
  </StringsContext.Provider>,
  document.getElementById("app")!,
);
