import { render } from "preact";
import { AppState } from "../app-state.ts";
import { stringsFor } from "../strings/index.ts";
import { App } from "../views/app.tsx";
import { madeUpTransport, type World } from "./made-up-server.ts";

/**
 * The whole app with a made-up server: `/gallery/?page=/status/calls&world=busy`. Worlds: busy, empty, broken (faults),
 * away (no answer), out (nobody is signed in). Not part of what is built.
 */
const query = new URLSearchParams(location.search);
const strings = stringsFor(navigator.languages);
const world = (query.get("world") ?? "busy") as World;
const state = new AppState(madeUpTransport(world), query.get("page") ?? "/status/general");
state.router.follow(window);
void state.session.find();
render(<App state={state} strings={strings} />, document.getElementById("app")!);
