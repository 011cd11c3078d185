import { render } from "preact";
import { AppState } from "../app-state.ts";
import type { RoleName } from "../model/role.ts";
import { stringsFor } from "../strings/index.ts";
import { App } from "../views/app.tsx";
import { madeUpTransport, type World } from "./made-up-server.ts";

/**
 * The whole app with a made-up server: `/gallery/?role=meeting-server&page=/status/calls&world=busy`. Worlds: busy, empty, broken (faults),
 * away (no answer), out (nobody is signed in). Not part of what is built.
 */
const query = new URLSearchParams(location.search);
const strings = stringsFor(navigator.languages);
const world = (query.get("world") ?? "busy") as World;
const role = (query.get("role") ?? "meeting-server") as RoleName;
const state = new AppState(madeUpTransport(world, role), query.get("page") ?? "/");
state.router.follow(window);
void state.session.find();
render(<App state={state} strings={strings} />, document.getElementById("app")!);
