import { render } from "preact";
import { AppState } from "./app-state.ts";
import { browserTransport } from "./server/transport.ts";
import { stringsFor } from "./strings/index.ts";
import { App } from "./views/app.tsx";

const strings = stringsFor(navigator.languages);
document.documentElement.lang = strings.language;

const state = new AppState(browserTransport, location.pathname + location.search);
state.router.follow(window);
void state.session.find();

render(<App state={state} strings={strings} />, document.getElementById("app")!);
