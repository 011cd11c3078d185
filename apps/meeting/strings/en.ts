import type { EndReason } from "../model/end-reason.ts";
import type { FailureCode, ServerCode } from "../model/failure.ts";
import type { StepId } from "../model/steps.ts";
import { host, lobby } from "./host/en.ts";

export const en = {
  language: "en",
  landing: {
    title: "Join a meeting",
    titleLinked: "Ready to join?",
    callId: "Meeting ID",
    callIdHint: "The digits from your invitation, an address such as anna.meet, or the whole link.",
    callIdShort: "Please enter the digits or the address from your invitation.",
    name: "Your name",
    nameMissing: "Others will see your name: please enter it.",
    optional: "if you were given one",
    passcode: "Passcode",
    join: "Join",
    change: "Change",
    atMeeting: "Meeting",
    signIn: "Sign in",
    spaces: "Your spaces",
    signedInAs: (name: string) => `You are signed in as ${name}.`,
    signedOut: "Your sign-in has ended: sign in again, or join as a guest.",
  },
  devices: {
    camera: "Camera",
    microphone: "Microphone",
    speaker: "Speaker",
    cameraOn: "Turn camera on",
    cameraOff: "Turn camera off",
    micOn: "Turn microphone on",
    micOff: "Turn microphone off",
    level: "Microphone level",
    preview: "How others will see you",
    starting: "Starting your camera and microphone…",
    settings: "Choose camera and microphone",
    systemDefault: "System default",
    denied: "The browser was not allowed to use your camera and microphone; you can still join to watch and listen.",
    cameraDenied: "The browser was not allowed to use your camera; you can still join.",
    micDenied: "The browser was not allowed to use your microphone; you can still join and listen.",
    missing: "No camera and no microphone were found; you can still join to watch and listen.",
    cameraMissing: "No camera was found; you can still join.",
    micMissing: "No microphone was found; you can still join and listen.",
    busy: "Another program is using your camera or microphone; you can still join.",
    unsupported: "This browser gives pages no camera or microphone here; you can still join to watch and listen.",
  },
  steps: {
    finding: "Finding the meeting",
    server: "Connecting to the meeting server",
    path: "Opening a path for sound and pictures",
    securing: "Securing the connection",
  },
  connecting: { title: "Joining", titleTo: (space: string) => `Joining ${space}`, cancel: "Cancel" },
  failure: {
    title: "Could not join",
    at: (step: string) => `Stopped at: ${step}`,
    retry: "Try again",
    retryIn: (seconds: number) => `Try again in ${seconds} s`,
    interrupted: "The way in is interrupted",
    trying: "We keep trying: there is nothing for you to do.",
    back: "Back",
    code: "Code",
    trace: "Trace",
  },
  failures: {
    JOIN_BAD_REQUEST: "The meeting server did not understand the request: check the meeting ID and your name.",
    JOIN_REFUSED: "That meeting ID, passcode or link is not right.",
    JOIN_SIGN_IN_NEEDED: "Only people who have signed in can join meetings here: please sign in, then join again.",
    JOIN_RATE_LIMITED: "There were too many tries from your network: please wait a little.",
    JOIN_CALL_FULL: "This meeting is full: please ask someone to leave, or try again later.",
    LOBBY_FULL: "Too many people are waiting for this meeting already: please try again in a minute.",
    CALL_REMOVED: "You were removed from this meeting: join again only if you were asked to.",
    BRIDGE_LINK_TIMEOUT: "The meeting server took too long to answer: try again in a moment.",
    PROXY_UPSTREAM_TIMEOUT: "The meeting server took too long to answer: try again in a moment.",
    MEDIA_NO_WORKER: "The part of the meeting server for sound and pictures is restarting: try again in a moment.",
    BRIDGE_LINK_DOWN: "The meeting service is not ready right now: its administrator can mend this.",
    EDGE_TUNNEL_DOWN: "The meeting service is not reachable from the edge right now.",
    CORE_WEB_BRIDGE_UNREACHABLE: "The meeting server does not answer right now: its administrator can mend this.",
    MEDIA_NO_RELAY:
      "Sound and pictures have no way out of the meeting server right now: its administrator can mend this.",
    APP_OFFLINE: "This device cannot reach the meeting service: check your network connection.",
    APP_SERVICE_SILENT: "The meeting service did not answer in time: try again, or try another network.",
    APP_SERVICE_FAILED:
      "The meeting service answered in a way this page does not understand: its administrator can mend this.",
    APP_NOT_LOADED: "A part of this page could not be loaded: reload it, or try another network.",
    APP_BROWSER_UNSUPPORTED: "This browser is too old for meetings: please use a current one.",
    APP_SIGNALLING_REFUSED: "The meeting server did not accept this invitation any more: please try again.",
    APP_SIGNALLING_UNREACHABLE:
      "Something between you and the meeting server, such as a proxy or a firewall, does not let the connection through.",
    APP_SIGNALLING_SILENT: "The meeting server did not answer in time: try again in a moment.",
    APP_SIGNALLING_CLOSED: "The meeting server ended the connection before the meeting began: try again in a moment.",
    APP_MEDIA_NOT_OFFERED: "The meeting server named no way for sound and pictures: its administrator can mend this.",
    APP_TURN_REFUSED:
      "The relay for sound and pictures refused our credentials: the administrator of the meeting service can mend this.",
    APP_TURN_FULL:
      "The relay for sound and pictures has no room left: the administrator of the meeting service can mend this.",
    APP_TURN_UNREACHABLE: "Your network lets neither sound nor pictures through to the relay: try another network.",
    APP_NO_CANDIDATES:
      "The browser found no network for sound and pictures: check its privacy settings and extensions.",
    APP_CHECKS_UNANSWERED: "Sound and pictures get no answer on the way to the meeting: try another network.",
    APP_DTLS_FAILED: "The connection could not be encrypted, so it was not used: try again, or try another network.",
  },
  meeting: {
    you: "You",
    alone: "Nobody else is here.",
    aloneLink: "Send someone the link.",
    muted: "microphone off",
    waitingForPicture: "Waiting for the picture",
    mute: "Mute",
    unmute: "Unmute",
    stopCamera: "Stop camera",
    startCamera: "Start camera",
    share: "Share screen",
    stopShare: "Stop sharing",
    people: "People",
    copyLink: "Copy link",
    linkCopied: "Link copied",
    more: "Devices",
    details: "Connection details",
    leave: "Leave",
    close: "Close",
    soundBlocked: "The browser has not started the sound.",
    turnSoundOn: "Turn sound on",
    reconnecting: "The connection was lost. Reconnecting…",
    poor: "Your connection is weak. Turning your camera off may help.",
    youShare: "You are sharing your screen",
    controls: "Meeting controls",
    shareFailed: "The screen could not be shared.",
    deviceFailed: "That device could not be started.",
    you_muted: "Your microphone is off",
    you_unmuted: "Your microphone is on",
    joined: (name: string) => `${name} joined`,
    left: (name: string) => `${name} left`,
    screenOf: (name: string) => `${name}’s screen`,
    others: (count: number) => `+${count} more`,
    inMeeting: (count: number) => (count === 1 ? "1 person" : `${count} people`),
    key: (key: string) => `Shortcut: ${key}`,
  },
  details: {
    title: "Connection details",
    path: "Path",
    direct: "Direct",
    relay: "Relay",
    unknown: "Not known yet",
    roundTrip: "Round trip",
    sending: "Sending",
    receiving: "Receiving",
    loss: "Loss",
    encryption: "Encryption",
    video: "Video",
    audio: "Audio",
    screen: "Screen",
    joinTime: "Join took",
    trace: "Trace",
    copy: "Copy all",
    copied: "Copied",
    out: "sent",
    in: "received",
  },
  ended: {
    left: "You left the meeting.",
    lost: "The connection was lost and could not be restored.",
    removed: "You were removed from the meeting.",
    over: "The meeting was ended for everyone.",
    "to-lobby": "You were moved to the waiting room.",
    "call-gone": "The meeting was interrupted and begins again.",
    "no-media": "Sound and pictures were interrupted and begin again.",
    refused: "The host did not let you in this time.",
    elsewhere: "You joined this meeting from somewhere else.",
    leftTitle: "See you",
    endedTitle: "Disconnected",
    overTitle: "The meeting is over",
    refusedTitle: "Not this time",
    removedTitle: "You are out of the meeting",
    rejoin: "Rejoin",
    home: "Back to start",
  },
  lobby,
  host,
} as const satisfies Told;

/** What the model names must be told in every language. */
interface Told {
  readonly failures: Readonly<Record<FailureCode | ServerCode, string>>;
  readonly steps: Readonly<Record<StepId, string>>;
  readonly ended: Readonly<Record<EndReason, string>> & Readonly<Record<string, string>>;
  readonly [part: string]: unknown;
}

/** Every sentence the app says. A language is a file like this one with the same keys. */
export type Strings = Worded<typeof en>;

/** The same keys, whatever is said under them. */
export type Worded<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...told: infer A) => string
      ? (...told: A) => string
      : Worded<T[K]>;
};
