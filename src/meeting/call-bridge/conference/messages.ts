import type { NewTrack, Participant, Track } from "./roster.ts";

export type LeftWhy =
  | "left"
  | "lost"
  | "replaced"
  | "removed"
  /** Sent back to the lobby. */
  | "deactivated"
  | "callEnded"
  | "mediaFailed"
  /** It broke the protocol. */
  | "refused";

export interface Speaker {
  readonly sid: string;
  /** 0 (silent) to 1. */
  readonly level: number;
  readonly active: boolean;
}

/** What happens to a call. `sid` is the participant whose act it is. */
export type ConferenceCommand =
  | {
      readonly do: "join";
      readonly sid: string;
      readonly identity: string;
      readonly name: string;
      readonly autoSubscribe: boolean;
      readonly attributes?: Readonly<Record<string, string>>;
    }
  | { readonly do: "lose"; readonly sid: string }
  | { readonly do: "resume"; readonly sid: string }
  | { readonly do: "leave"; readonly sid: string; readonly why: LeftWhy }
  | { readonly do: "publish"; readonly sid: string; readonly trackSid: string; readonly track: NewTrack }
  /** The track's media has a source from now on, in this codec. */
  | { readonly do: "start"; readonly sid: string; readonly trackSid: string; readonly mimeType: string }
  | { readonly do: "unpublish"; readonly sid: string; readonly trackSid: string }
  | { readonly do: "mute"; readonly sid: string; readonly trackSid: string; readonly muted: boolean }
  | { readonly do: "want"; readonly sid: string; readonly trackSids: readonly string[]; readonly subscribe: boolean }
  | {
      readonly do: "describe";
      readonly sid: string;
      readonly metadata: string;
      readonly name: string;
      readonly attributes: Readonly<Record<string, string>>;
    }
  /** What the server says of a participant; it wins over what the participant says. */
  | {
      readonly do: "label";
      readonly sid: string;
      readonly name: string;
      readonly attributes: Readonly<Record<string, string>>;
    }
  /** Its media is connected. */
  | { readonly do: "activate"; readonly sid: string }
  | { readonly do: "speakers"; readonly speakers: readonly Speaker[] }
  | { readonly do: "quality"; readonly sid: string; readonly quality: "poor" | "good" | "excellent" | "lost" }
  /** Time has passed: those who did not come back leave. */
  | { readonly do: "tick" };

/** What follows from it, in order. */
export type ConferenceNotice =
  | { readonly notice: "roster"; readonly to: readonly string[]; readonly participants: readonly Participant[] }
  | { readonly notice: "published"; readonly to: string; readonly cid: string; readonly track: Track }
  | { readonly notice: "refused"; readonly to: string; readonly cid: string; readonly why: string }
  | {
      readonly notice: "subscribe";
      readonly to: string;
      readonly track: Track;
      readonly ownerSid: string;
      readonly live: boolean;
    }
  | { readonly notice: "unsubscribe"; readonly to: string; readonly trackSid: string }
  | { readonly notice: "speakers"; readonly to: readonly string[]; readonly speakers: readonly Speaker[] }
  | {
      readonly notice: "quality";
      readonly to: readonly string[];
      readonly of: readonly { readonly sid: string; readonly quality: "poor" | "good" | "excellent" | "lost" }[];
    }
  | { readonly notice: "mute"; readonly trackSid: string; readonly ownerSid: string; readonly muted: boolean }
  /** The track is gone: its source is to go too. */
  | { readonly notice: "ended"; readonly trackSid: string; readonly ownerSid: string }
  /** Told last of a participant: whatever it has may be let go. */
  | { readonly notice: "gone"; readonly sid: string; readonly why: LeftWhy };
