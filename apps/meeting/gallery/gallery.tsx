import { signal } from "@preact/signals";
import { type JSX, render } from "preact";
import { snapshotOf } from "../call/diagnostics.ts";
import { Preview } from "../devices/preview.ts";
import type { Entry } from "../model/call-id.ts";
import type { EndReason } from "../model/end-reason.ts";
import { explainFailure, type JoinFacts } from "../model/failure.ts";
import type { Waiting, WaitWhy } from "../model/room-state.ts";
import { endProgress, enterStep, type Progress, STEPS, type StepId, startProgress } from "../model/steps.ts";
import { stringsFor } from "../strings/index.ts";
import { Connecting } from "../views/connecting.tsx";
import { Ended } from "../views/ended.tsx";
import { Failed } from "../views/failed.tsx";
import { Landing } from "../views/landing.tsx";
import { Lobby } from "../views/lobby.tsx";
import { MeetingPage } from "../views/meeting.tsx";
import type { PanelName } from "../views/panels.tsx";
import { StringsContext } from "../views/strings.ts";
import { HOST_RULES, type MadeUp, madeUpMeeting } from "./made-up.ts";
import { account, portalStates } from "./portal.tsx";

/** Every page and state with made-up data: `/gallery/#name`. Not part of what is built. */
const states: Readonly<Record<string, () => JSX.Element>> = {
  landing: () => landing({}),
  "landing-linked": () => landing({ callId: "739204158", secret: "k3J9" }),
  "landing-no-devices": () => landing({ callId: "739204158" }, "missing"),
  "landing-denied": () => landing({ callId: "739204158", secret: "x" }, "denied"),
  "landing-signed-in": () => landing({ callId: "739204158", secret: "k3J9" }, undefined, true),
  "landing-signed-out": () => landing({ callId: "739204158" }, undefined, false, true),
  "lobby-host": () => lobby("host-not-here"),
  "lobby-locked": () => lobby("locked"),
  "lobby-trouble": () => lobby("sent-back", true),
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
  "failed-trying": () => failed({ step: "finding", what: "answer", status: 503, code: "MEDIA_NO_RELAY" }, true),
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
  "meeting-host": () => meeting({ people: 4, dark: 3, rules: HOST_RULES, room: { waiting: waiting(1) } }),
  "meeting-host-panel": () =>
    meeting({ people: 6, dark: 4, rules: HOST_RULES, room: { waiting: waiting(3) } }, "people"),
  "meeting-host-many": () => meeting({ people: 4, rules: HOST_RULES, room: { waiting: waiting(3), locked: true } }),
  "meeting-leave": () => meeting({ people: 4, rules: HOST_RULES }, undefined, true),
  "meeting-held": () =>
    meeting({
      people: 3,
      micOff: true,
      rules: { micHeld: true, unmuteSelf: false, share: false },
      room: { locked: true, message: "Recording is not allowed in this meeting." },
    }),
  "meeting-details": () => meeting({ people: 4 }, "details"),
  "meeting-devices": () => meeting({ people: 2 }, "devices"),
  "meeting-reconnecting": () => meeting({ people: 4, dark: 3, connection: "reconnecting" }),
  "meeting-sound": () => meeting({ people: 3, soundBlocked: true }),
  "meeting-poor": () => meeting({ people: 3, connection: "poor" }),
  "ended-left": () => ended("left"),
  "ended-lost": () => ended("lost"),
  "ended-refused": () => ended("refused"),
  "ended-over": () => ended("over"),
  "ended-removed": () => ended("removed"),
  ...portalStates,
};

function landing(entry: Entry, why?: "missing" | "denied", signedIn = false, signedOut = false) {
  const preview = new Preview();
  if (why) preview.camera.value = preview.microphone.value = { state: "unavailable", why };
  else void preview.startBoth();
  return (
    <Landing
      signedOut={signedOut}
      state={{
        entry: signal(entry),
        preview,
        account: account(signedIn),
        prepare: () => {},
        join: async () => {},
        otherMeeting: () => {},
        go: () => {},
      }}
    />
  );
}

function lobby(why: WaitWhy, trouble = false) {
  const preview = new Preview();
  void preview.startBoth();
  const wait = {
    space: { name: "Revisão de projeto", callId: "739204158" },
    why: signal(why),
    trouble: signal(trouble),
    since: Date.now() - 83_000,
    leave: () => {},
  };
  return <Lobby wait={wait} preview={preview} />;
}

function waiting(count: number): readonly Waiting[] {
  const names = ["Anna Kowalska", "Sala de reunião 4", "Maximiliano de Albuquerque Guimarães"];
  return names.slice(0, count).map((name, index) => ({
    identity: `w${index}`,
    name,
    since: 0,
    why: index === 1 ? "locked" : "host-not-here",
    ...(index === 0 ? { through: "Guest" } : {}),
  }));
}

function at(step: StepId): Progress {
  const before = STEPS.slice(1, STEPS.indexOf(step) + 1);
  return before.reduce((progress, id, index) => enterStep(progress, id, 310 * (index + 1)), startProgress(0));
}

function connecting(step: StepId) {
  const space = step === "finding" ? "" : "Revisão de projeto";
  return <Connecting attempt={{ progress: signal(at(step)), space: signal(space), cancel: () => {} }} />;
}

function failed(facts: JoinFacts, trying = false) {
  const progress = endProgress(at(facts.step), "failed", 4000);
  const nothing = () => {};
  const failure = explainFailure(facts);
  const shown = { failure, progress, trying, traceId: "5f0c9a1be2d37748" };
  return <Failed {...shown} onRetry={nothing} onBack={nothing} />;
}

function meeting(options: MadeUp, opened?: PanelName, leaving = false) {
  const made = madeUpMeeting(options);
  const more = { leaving, ...(opened ? { opened } : {}) };
  return <MeetingPage meeting={made} diagnostics={() => snapshotOf("meeting", { meeting: made })} {...more} />;
}

function ended(reason: EndReason) {
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
