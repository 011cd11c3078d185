/** A track that a participant publishes. */
export interface Track {
  /** "TR_..." */
  readonly sid: string;
  readonly kind: "audio" | "video";
  readonly source: "camera" | "microphone" | "screen_share" | "screen_share_audio" | "unknown";
  readonly name: string;
  readonly muted: boolean;
  readonly width: number;
  readonly height: number;
  readonly layers: readonly {
    readonly quality: number;
    readonly rid: string;
    readonly width: number;
    readonly height: number;
    readonly bitrate: number;
  }[];
  readonly mimeType: string;
  readonly stream: string;
  readonly stereo: boolean;
  readonly disableDtx: boolean;
}

/** A track as its publisher asks for it, before it has a sid. */
export type NewTrack = Omit<Track, "sid"> & { readonly cid: string };

/** A participant as the others see it. */
export interface Participant {
  /** "PA_...": one for each time that someone joins. */
  readonly sid: string;
  /** The same when someone joins again: their earlier session ends. */
  readonly identity: string;
  readonly name: string;
  readonly metadata: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly joinedAt: number;
  /** Rises with each change. */
  readonly version: number;
  readonly state: "joined" | "active" | "disconnected";
  readonly tracks: readonly Track[];
}

/** "lost": its signalling socket is gone since then, and it may come back. */
export type Attachment = { readonly state: "attached" } | { readonly state: "lost"; readonly since: number };

/** A participant and what only the conference knows of it. */
export class Member {
  #view: Participant;
  readonly autoSubscribe: boolean;
  attachment: Attachment = { state: "attached" };
  /** Tracks of others that it was told to receive. */
  readonly receiving = new Set<string>();
  /** Tracks that have a source: others can receive them. */
  readonly live = new Set<string>();
  /** What it asked for by itself, by track. */
  readonly wishes = new Map<string, boolean>();

  constructor(view: Participant, autoSubscribe: boolean) {
    this.#view = view;
    this.autoSubscribe = autoSubscribe;
  }

  get view(): Participant {
    return this.#view;
  }

  change(change: Partial<Omit<Participant, "sid" | "identity" | "version">>): void {
    this.#view = { ...this.#view, ...change, version: this.#view.version + 1 };
  }

  track(sid: string): Track | undefined {
    return this.#view.tracks.find((track) => track.sid === sid);
  }

  setTrack(track: Track): void {
    const others = this.#view.tracks.filter(({ sid }) => sid !== track.sid);
    this.change({ tracks: [...others, track] });
  }

  removeTrack(sid: string): void {
    this.live.delete(sid);
    this.change({ tracks: this.#view.tracks.filter((track) => track.sid !== sid) });
  }

  wants(trackSid: string): boolean {
    return this.wishes.get(trackSid) ?? this.autoSubscribe;
  }
}
