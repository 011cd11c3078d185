import { signal } from "@preact/signals";
import { type JSX, render } from "preact";
import { snapshotOf } from "../call/diagnostics.ts";
import { Preview } from "../devices/preview.ts";
import type { Entry } from "../model/call-id.ts";
import { explainFailure, type JoinFacts } from "../model/failure.ts";
import { endProgress, enterStep, type Progress, STEPS, type StepId, startProgress } from "../model/steps.ts";
import { stringsFor } from "../strings/index.ts";
import { Connecting } from "../views/connecting.tsx";
import { Ended } from "../views/ended.tsx";
import { Failed } from "../views/failed.tsx";
import { Landing } from "../views/landing.tsx";
import { MeetingPage } from "../views/meeting.tsx";
import type { PanelName } from "../views/panels.tsx";
import { StringsContext } from "../views/strings.ts";
import { type MadeUp, madeUpMeeting } from "./made-up.ts";

/** Every page and state with made-up data: `/gallery/#name`. Not part of what is built. */
const states: Readonly<Record<string, () => JSX.Element>> = {
  landing: () => landing({}),
  "landing-linked": () => landing({ callId: "739204158", secret: "k3J9" }),
  "landing-no-devices": () => landing({ callId: "739204158" }, "missing"),
  "landing-denied": () => landing({ callId: "739204158", secret: "x" }, "denied"),
  "connecting-finding": () => connecting("finding"),
  "connecting-path": () => connecting("path"),
  "failed-path": () =>
    failed({
      step: "path",
      answered: true,
      local: { host: 1, srflx: 0, relay: 0 },
      remote: 1,
      relayOffered: true,
      turnErrors: [401],
      checksSent: 3,
    }),
  "failed-tunnel": () => failed({ step: "finding", what: "answer", status: 502, code: "EDGE_TUNNEL_DOWN" }),
  "failed-wait": () =>
    failed({ step: "finding", what: "answer", status: 429, code: "JOIN_RATE_LIMITED", retryAfter: 30 }),
  "meeting-alone": () => meeting({ people: 1 }),
  "meeting-2": () => meeting({ people: 2 }),
  "meeting-2-dark": () => meeting({ people: 2, dark: 2, micOff: true }),
  "meeting-3": () => meeting({ people: 3 }),
  "meeting-6": () => meeting({ people: 6, dark: 4 }),
  "meeting-12": () => meeting({ people: 12, dark: 3 }),
  "meeting-30": () => meeting({ people: 30, dark: 5 }),
  "meeting-screen": () => meeting({ people: 5, dark: 3, screen: true }),
  "meeting-own-screen": () => meeting({ people: 3, ownScreen: true }),
  "meeting-people": () => meeting({ people: 9, dark: 4 }, "people"),
  "meeting-details": () => meeting({ people: 4 }, "details"),
  "meeting-devices": () => meeting({ people: 2 }, "devices"),
  "meeting-reconnecting": () => meeting({ people: 4, dark: 3, connection: "reconnecting" }),
  "meeting-sound": () => meeting({ people: 3, soundBlocked: true }),
  "meeting-poor": () => meeting({ people: 3, connection: "poor" }),
  "ended-left": () => ended("left"),
  "ended-lost": () => ended("lost"),
};

function landing(entry: Entry, why?: "missing" | "denied") {
  const preview = new Preview();
  if (why) preview.camera.value = preview.microphone.value = { state: "unavailable", why };
  else void preview.startBoth();
  return (
    <Landing
      state={{ entry: signal(entry), preview, prepare: () => {}, join: async () => {}, otherMeeting: () => {} }}
    />
  );
}

function at(step: StepId): Progress {
  const before = STEPS.slice(1, STEPS.indexOf(step) + 1);
  return before.reduce((progress, id, index) => enterStep(progress, id, 310 * (index + 1)), startProgress(0));
}

function connecting(step: StepId) {
  const space = step === "finding" ? "" : "Revisão de projeto";
  return <Connecting attempt={{ progress: signal(at(step)), space: signal(space), cancel: () => {} }} />;
}

function failed(facts: JoinFacts) {
  const progress = endProgress(at(facts.step), "failed", 4000);
  const nothing = () => {};
  const failure = explainFailure(facts);
  return <Failed failure={failure} progress={progress} traceId="5f0c9a1be2d37748" onRetry={nothing} onBack={nothing} />;
}

function meeting(options: MadeUp, opened?: PanelName) {
  const made = madeUpMeeting(options);
  const more = opened ? { opened } : {};
  return <MeetingPage meeting={made} diagnostics={() => snapshotOf("meeting", { meeting: made })} {...more} />;
}

function ended(reason: "left" | "lost") {
  const nothing = () => {};
  return <Ended reason={reason} space="Revisão de projeto" onRejoin={nothing} onHome={nothing} />;
}

function show() {
  const name = location.hash.slice(1);
  const state = states[name];
  const strings = stringsFor(navigator.languages);
  const root = document.getElementById("app")!;
  render(null, root);
  render(
    state ? (
      <StringsContext.Provider value={strings}>{state()}</StringsContext.Provider>
    ) : (
      <ul>
        {Object.keys(states).map((each) => (
          <li key={each}>
            <a href={`#${each}`}>{each}</a>
          </li>
        ))}
      </ul>
    ),
    root,
  );
}

addEventListener("hashchange", show);
show();
