import type { CallLegRules, CallRules } from "#spaces";

/** Who does it, for the event log: 'API user "api"', 'participant "guest-x"'. */
export interface Actor {
  readonly kind: "api" | "participant" | "system";
  readonly name: string;
  /** Its address, if it has one. */
  readonly address?: string;
}

/**
 * The calls of this Call Bridge as its API, its administration and its hosts see and steer them. Ids are UUIDs. What names
 * no call, participant or leg throws CALL_NO_SUCH_OBJECT.
 */
export interface CallControl {
  calls(): readonly CallView[];
  participants(callId?: string): readonly ParticipantView[];
  callLegs(callId?: string): readonly CallLegView[];
  /** Begins the call of a space before anybody is there (it lasts until it is ended, or empty for 60 s); the one that is there already otherwise. */
  startCall(spaceId: string, change: CallChange, by: Actor): Promise<CallView>;
  changeCall(id: string, change: CallChange, by: Actor): void;
  /** Ends it for all; they are told. */
  endCall(id: string, by: Actor): void;
  changeParticipant(id: string, change: ParticipantChange, by: Actor): void;
  /** Every participant of the call that `choose` takes; how many that were. */
  changeParticipants(callId: string, choose: (one: ParticipantView) => boolean, change: LegChange, by: Actor): number;
  changeCallLeg(id: string, change: LegChange, by: Actor): void;
  /** Disconnects it; it is told. Works for the id of a call leg and of a participant. */
  disconnect(id: string, by: Actor): void;
  /** Counts since start. */
  totals(): CallTotals;
  /** Told of each change worth a record, after it has happened. Returns the function that ends it. */
  onRecord(listener: (record: CallRecord) => void): () => void;
}

export interface CallChange {
  readonly locked?: boolean;
  /** Everyone may open and close its own microphone, whatever the call leg profiles say. */
  readonly allowAllMuteSelf?: boolean;
  /** Whoever comes from now on begins muted, or unmuted; `undefined` leaves it to the call leg profiles again. */
  readonly joinAudioMuteOverride?: boolean | undefined;
  readonly messageText?: string;
}

export interface LegChange {
  readonly rxAudioMute?: boolean;
  readonly txAudioMute?: boolean;
  readonly rxVideoMute?: boolean;
  readonly txVideoMute?: boolean;
  /** `undefined` takes it back. */
  readonly importance?: number | undefined;
  /** Parameters of its own, above all profiles; `undefined` takes one back. */
  readonly rules?: { readonly [K in keyof CallLegRules]?: CallLegRules[K] | undefined };
}

export interface ParticipantChange extends LegChange {
  /** false lets it in from the lobby, true sends it there. */
  readonly deactivated?: boolean;
  /** Shown in place of its name; "" takes it back. */
  readonly nameLabelOverride?: string;
}

export interface CallView {
  readonly id: string;
  readonly name: string;
  readonly spaceId: string;
  readonly tenant: string | undefined;
  /** The same for all calls that belong together; here that of the space. */
  readonly callCorrelator: string;
  readonly ownerName: string | undefined;
  readonly startedAt: number;
  readonly locked: boolean;
  readonly rules: CallRules;
  readonly allowAllMuteSelf: boolean;
  /** Undefined where the call leg profiles decide. */
  readonly joinAudioMuteOverride: boolean | undefined;
  readonly messageText: string;
  readonly numCallLegs: number;
  readonly maxCallLegs: number;
  /** In the lobby; they are not counted above. */
  readonly numWaiting: number;
  /** The call leg that presents. */
  readonly presenterCallLeg: string | undefined;
}

export interface ParticipantView {
  readonly id: string;
  readonly callId: string;
  readonly name: string;
  /** "guest-…", or the JID of a user who signed in. */
  readonly uri: string;
  readonly userJid: string | undefined;
  readonly tenant: string | undefined;
  readonly accessMethodId: string | undefined;
  /** Its leg lets others in. */
  readonly isActivator: boolean;
  /** "lobby": it waits and sees and hears nothing. */
  readonly state: "initial" | "ringing" | "connected" | "lobby";
  readonly importance: number | undefined;
  /** Shown in place of its own name, if it is set. */
  readonly nameLabelOverride: string | undefined;
  readonly callLegId: string;
  readonly joinedAt: number;
}

export interface CallLegView {
  readonly id: string;
  readonly callId: string;
  readonly participantId: string;
  readonly name: string;
  readonly remoteParty: string;
  readonly tenant: string | undefined;
  /** "js 2.23.0 Chrome 156" */
  readonly client: string;
  /** As the Web Bridge saw it. */
  readonly address: string;
  readonly via: "edge" | "inside";
  readonly state: "initial" | "ringing" | "connected" | "onHold" | "lobby";
  readonly startedAt: number;
  readonly rules: CallLegRules;
  /** Only what was set for this leg alone. */
  readonly ownRules: Partial<CallLegRules>;
  /** Which profile each parameter came from, lowest precedence first. */
  readonly trace: readonly { readonly scope: string; readonly profileId: string | undefined }[];
  readonly path: LegPathView | undefined;
  /** Of the last seconds; undefined before the first report. */
  readonly media: LegMediaView | undefined;
}

export interface LegPathView {
  readonly link: "host" | "relay";
  /** The peer's address and port. */
  readonly peer: string;
  /** The TURN server's address, if over a relay. */
  readonly edge: string | undefined;
}

/** rx is what the leg sends and the server receives. Bits per second, milliseconds, percent. */
export interface LegMediaView {
  readonly rx: readonly StreamView[];
  readonly tx: readonly StreamView[];
  readonly roundTripTimeMs: number | undefined;
  /** Bits per second that the way to the leg takes. */
  readonly estimate: number | undefined;
}

export interface StreamView {
  readonly kind: "audio" | "video";
  readonly role: "main" | "presentation";
  /** "opus", "vp8", "h264" */
  readonly codec: string;
  readonly bitRate: number;
  readonly packetLossPercentage: number;
  readonly jitterMs: number;
  readonly width?: number;
  readonly height?: number;
  readonly frameRate?: number;
}

export interface CallTotals {
  readonly callLegsActive: number;
  readonly callLegsMaxActive: number;
  readonly callLegsCompleted: number;
  /** Bits per second. */
  readonly audioBitRateOutgoing: number;
  readonly audioBitRateIncoming: number;
  readonly videoBitRateOutgoing: number;
  readonly videoBitRateIncoming: number;
  /** Percent of the CPUs that media may use. */
  readonly mediaProcessingLoad: number;
}

/** For CDR receivers and webhooks. */
export type CallRecord =
  | { readonly type: "callStart"; readonly at: number; readonly call: CallView }
  | {
      readonly type: "callEnd";
      readonly at: number;
      readonly call: CallView;
      readonly callLegsCompleted: number;
      readonly durationSeconds: number;
    }
  | {
      readonly type: "callLegStart" | "callLegUpdate";
      readonly at: number;
      readonly leg: CallLegView;
      readonly call: CallView;
    }
  | {
      readonly type: "callLegEnd";
      readonly at: number;
      readonly leg: CallLegView;
      readonly call: CallView;
      readonly durationSeconds: number;
      /** "left", "lost", "removed", "replaced", "callEnded", "mediaFailed", "refused". */
      readonly reason: string;
    };
