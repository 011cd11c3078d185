import type { Problem } from "../../model/form.ts";

export const shell = {
  product: "Turnpike administration",
  skip: "Skip to the content",
  menu: "Menu",
  navigation: "Pages",
  trail: "Where this page is",
  account: "Your account",
  signOut: "Sign out",
  close: "Close",
  cancel: "Cancel",
  save: "Save",
  edit: "Edit",
  create: "Create",
  retry: "Try again",
  loading: "Loading…",
  previous: "Previous",
  next: "Next",
  range: (first: number, last: number, total: number) =>
    total === 0 ? "None" : `${first}–${last} of ${total.toLocaleString("en")}`,
  copyFailed: "The browser did not let this be copied. Select the text and copy it by hand.",
  copy: "Copy",
  copied: "Copied",
  away: "The server does not answer. What is shown may be out of date; it is asked again by itself.",
  dismiss: "Dismiss",
  notFound: "There is no such page",
  notFoundText: "The address may be mistyped, or what it showed has been deleted.",
  toStart: "Go to the start page",
  leaveTitle: "Leave without saving?",
  leaveText: "Your changes on this page have not been saved.",
  leave: "Leave",
  ago: (time: string) => `${time} ago`,
  products: { "meeting-server": "Turnpike", core: "Turnpike Core", edge: "Turnpike Edge" },
  roles: { "meeting-server": "Meeting Server", core: "Core", edge: "Edge" },
  groups: {
    status: "Status",
    system: "System",
    configuration: "Configuration",
    security: "Security",
    maintenance: "Maintenance",
    logs: "Logs",
  },
  middles: { unifiedCommunications: "Unified Communications", traversal: "Traversal", diagnostics: "Diagnostics" },
  pages: {
    general: "General",
    overview: "Overview",
    sshTunnels: "SSH tunnels",
    relayUsage: "TURN relay usage",
    meetingServer: "Meeting Server",
    allowList: "HTTP allow list",
    edges: "Edges",
    turn: "TURN",
    web: "Web",
    administration: "Administration",
    certificates: "Certificates",
    protection: "Protection",
    diagnosticLogging: "Diagnostic logging",
    logLevels: "Log levels",
    calls: "Calls",
    alarms: "Alarms",
    spaces: "Spaces",
    users: "Users",
    turnServers: "TURN servers",
    webBridges: "Web Bridges",
    api: "API",
    eventLog: "Event log",
    tracing: "Detailed tracing",
    audit: "Audit",
  },
};

export const signIn = {
  title: "Sign in",
  intro: "This is for administrators of this server.",
  username: "Username",
  password: "Password",
  code: "Code of your authenticator",
  codeHint: "Six digits, from the app in which you set it up.",
  submit: "Sign in",
  missing: "Enter your username and password.",
  expired: "You were signed out: nothing was done for a while, or your account has changed. Sign in again to go on.",
  signedOut: "You are signed out.",
  waitSeconds: (seconds: number) =>
    seconds > 90 ? `Try again in ${Math.ceil(seconds / 60)} minutes.` : `Try again in ${seconds} seconds.`,
};

export const account = {
  title: "Your account",
  role: { admin: "Administrator: everything", api: "API only", "read-only": "Looks only, changes nothing" },
  totpTitle: "Sign-in with a code",
  totpOff: "Besides your password, a six-digit code from an authenticator app can be asked for at each sign-in.",
  totpOn: "Besides your password, a code from your authenticator app is asked for at each sign-in.",
  begin: "Set up",
  scan: "Scan this with your authenticator app, then enter the code that it shows.",
  byHand: "Or type this key into the app:",
  qr: "QR code for the authenticator app",
  code: "Six-digit code",
  confirm: "Turn on",
  confirmed: "From now on a code is asked for at each sign-in.",
  turnOff: "Turn off",
  turnOffTitle: "Turn off sign-in with a code?",
  password: "Your password",
  turnedOff: "Sign-in needs no code any more.",
  passwordTitle: "Password",
  passwordNow: "Password now",
  passwordNew: "New password",
  passwordHint: "At least 10 characters. A few random words are best.",
  passwordChange: "Change password",
  passwordChanged: "Your password is changed. Other sessions of yours have ended.",
};

export const failures = {
  parameter: (name: string, what: string) => `${name}: ${what}`,
  other: (code: string) => `The server refused this (${code}).`,
  parameterErrors: {
    invalidValue: "this value is not accepted.",
    missing: "a value is needed.",
    valueTooLong: "this is too long.",
    duplicate: "another object already has this value.",
    readOnly: "only the server sets it.",
    unrecognizedParameter: "there is no such parameter.",
  } as Readonly<Record<string, string>>,
  sentences: {
    APP_SERVER_AWAY: "The server does not answer.",
    APP_ANSWER_UNREADABLE: "The answer could not be read. A proxy in between may have sent it.",
    insufficientRights: "Your role does not allow this.",
    HTTP_403: "Your role does not allow this.",
    HTTP_404: "This does not exist, or no longer.",
    HTTP_413: "This is too large.",
    HTTP_429: "Too many requests. Wait a little.",
    HTTP_503: "The storage cannot be read at the moment.",
    databaseNotReady: "The storage cannot be read at the moment.",
    changedMeanwhile: "Somebody else has changed this meanwhile.",
    invalidOperation: "This cannot be done with this object.",
    unrecognizedObject: "The server does not know this kind of object.",
    duplicateCoSpaceId: "Another space already has this Meeting ID.",
    duplicateCoSpaceUri: "Another space already has this URI.",
    duplicateCoSpaceIdPasscode: "A way into a space with this Meeting ID has the same passcode.",
    duplicateCoSpaceUriPasscode: "A way into a space with this URI has the same passcode.",
    duplicateCallBridgeName: "Another Call Bridge already has this name.",
    passcodeTooShort: "The passcode is too short.",
    participantLimitReached: "The call is full.",
    tooManyCdrReceivers: "There can be at most four CDR receivers.",
    tooManyLdapSyncs: "There are too many LDAP synchronisations at once.",
    coSpaceDoesNotExist: "This space does not exist, or no longer.",
    accessMethodDoesNotExist: "This access method does not exist, or no longer.",
    userDoesNotExist: "There is no such user.",
    callDoesNotExist: "This call has ended.",
    callLegDoesNotExist: "This participant has left.",
    participantDoesNotExist: "This participant has left.",
    callLegProfileDoesNotExist: "There is no such call leg profile.",
    callProfileDoesNotExist: "There is no such call profile.",
    turnServerDoesNotExist: "This TURN server does not exist, or no longer.",
    webBridgeDoesNotExist: "This Web Bridge does not exist, or no longer.",
  } as Readonly<Record<string, string>>,
  problem: (problem: Problem): string => {
    switch (problem.what) {
      case "missing":
        return "A value is needed.";
      case "notANumber":
        return "Enter a whole number.";
      case "notAnId":
        return "Choose an object, or enter its id.";
      case "tooLong":
        return `At most ${problem.max} characters.`;
      case "outOfRange":
        return Number.isFinite(problem.max)
          ? `Enter a number from ${problem.min} to ${problem.max}.`
          : `Enter a number of at least ${problem.min}.`;
      case "form":
        return `Must be ${problem.form}.`;
    }
  },
};
