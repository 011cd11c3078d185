import type { RequestMessage, ResponseMessage } from "../frames.ts";
import type { AnswerTransport } from "../sdp/answer.ts";
import type { NegotiatedCodec } from "../sdp/codecs.ts";
import type { ExtensionIds } from "../sdp/extensions.ts";
import type { IceServerView, MediaSource, ParticipantView, RoomView, TrackView } from "../views.ts";

/** Why a session is told to end or to begin anew, as LiveKit's clients understand it. */
export type LeaveReason =
  | "duplicate-identity"
  | "server-shutdown"
  | "participant-removed"
  | "room-closed"
  | "room-deleted"
  | "join-failure"
  | "state-mismatch"
  | "connection-timeout"
  | "media-failure";

/** "resume" keeps the PeerConnection and restarts ICE; "reconnect" begins with a new one. */
export type LeaveAction = "disconnect" | "resume" | "reconnect";

export interface SpeakerView {
  readonly sid: string;
  /** 0 (silent) to 1. */
  readonly level: number;
  readonly active: boolean;
}

export type SessionInput =
  /** A new socket: the first of the session, or one that takes it up again. */
  | { readonly input: "open"; readonly resumed: boolean; readonly context: JoinContext }
  | { readonly input: "offer"; readonly sdp: string; readonly id: number }
  | { readonly input: "request"; readonly message: RequestMessage; readonly now: number }
  /** The socket is gone; the session may be taken up again. */
  | { readonly input: "lost" }
  /** The answer to "openLeg" and "restartIce". */
  | { readonly input: "transport"; readonly transport: AnswerTransport }
  /** The server has one more address; ICE goes on. */
  | { readonly input: "candidate"; readonly candidate: AnswerTransport["candidates"][number] }
  | { readonly input: "roster"; readonly participants: readonly ParticipantView[] }
  | { readonly input: "published"; readonly cid: string; readonly track: TrackView }
  | { readonly input: "refused"; readonly request: "publish"; readonly cid: string; readonly why: string }
  /** A track of someone else that this participant is to receive; `live` once its source exists. */
  | { readonly input: "subscribe"; readonly track: TrackView; readonly ownerSid: string; readonly live: boolean }
  | { readonly input: "unsubscribe"; readonly trackSid: string }
  | { readonly input: "speakers"; readonly speakers: readonly SpeakerView[] }
  | { readonly input: "quality"; readonly of: readonly { readonly sid: string; readonly quality: ConnectionQuality }[] }
  /** Muted by someone else than the participant. */
  | { readonly input: "muted"; readonly trackSid: string; readonly muted: boolean }
  /** The server has ended a track that this participant published. */
  | { readonly input: "unpublished"; readonly trackSid: string }
  | { readonly input: "room"; readonly room: RoomView }
  | { readonly input: "token"; readonly token: string }
  | { readonly input: "leave"; readonly reason: LeaveReason; readonly action: LeaveAction };

export type ConnectionQuality = "poor" | "good" | "excellent" | "lost";

/** What the first message to a client tells it. */
export interface JoinContext {
  readonly room: RoomView;
  readonly me: ParticipantView;
  readonly others: readonly ParticipantView[];
  readonly iceServers: readonly IceServerView[];
  /** Sequence of the last reliable data packet that came from this client. */
  readonly lastDataSequence: number;
}

/** What a client asked to publish. */
export interface PublishRequest {
  readonly cid: string;
  readonly kind: "audio" | "video";
  readonly source: MediaSource;
  readonly name: string;
  readonly muted: boolean;
  readonly width: number;
  readonly height: number;
  readonly layers: TrackView["layers"];
  /** "video/VP8": what the client prefers; "" if it does not care. */
  readonly mimeType: string;
  readonly stream: string;
  readonly stereo: boolean;
  readonly disableDtx: boolean;
}

export interface SourceView {
  readonly trackSid: string;
  readonly mid: string;
  readonly kind: "audio" | "video";
  readonly codecs: readonly NegotiatedCodec[];
  readonly extensions: ExtensionIds;
  /** Lowest layer first. */
  readonly rids: readonly string[];
  readonly ssrcs: readonly { readonly media: number; readonly rtx?: number }[];
}

export interface SubscriptionView {
  readonly trackSid: string;
  readonly mid: string;
  readonly ssrc: number;
  readonly rtxSsrc: number;
  readonly codecs: readonly NegotiatedCodec[];
  readonly extensions: ExtensionIds;
}

/** In the order in which they are to be done. */
export type SessionOutput =
  | { readonly output: "send"; readonly message: ResponseMessage }
  | { readonly output: "close"; readonly code: number; readonly reason: string }
  | { readonly output: "restartIce" }
  | {
      readonly output: "setRemote";
      readonly fingerprint: { readonly algorithm: string; readonly value: string };
      readonly sctpPort: number | undefined;
    }
  | { readonly output: "permit"; readonly address: string }
  | { readonly output: "addSource"; readonly source: SourceView }
  | { readonly output: "addSubscription"; readonly subscription: SubscriptionView }
  | { readonly output: "removeSubscription"; readonly trackSid: string }
  | {
      readonly output: "setSubscription";
      readonly trackSid: string;
      readonly maxLayer: number;
      readonly paused: boolean;
    }
  | { readonly output: "publish"; readonly request: PublishRequest }
  /** The client stopped sending a track that had a source. */
  | { readonly output: "unpublish"; readonly trackSid: string }
  | { readonly output: "mute"; readonly trackSid: string; readonly muted: boolean }
  | { readonly output: "want"; readonly trackSids: readonly string[]; readonly subscribe: boolean }
  | {
      readonly output: "describe";
      readonly metadata: string;
      readonly name: string;
      readonly attributes: Readonly<Record<string, string>>;
    }
  | { readonly output: "left" };
