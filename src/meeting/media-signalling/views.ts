import {
  Codec,
  ICEServer,
  ParticipantInfo,
  ParticipantInfo_State,
  ParticipantPermission,
  Room,
  ServerInfo,
  SimulcastCodecInfo,
  TrackInfo,
  TrackSource,
  TrackType,
  VideoLayer,
  VideoQuality,
} from "@livekit/protocol";

export type MediaSource = "camera" | "microphone" | "screen_share" | "screen_share_audio" | "unknown";

/** A layer as its publisher announced it; `quality` 0 is the lowest. */
export interface LayerView {
  readonly quality: number;
  readonly rid: string;
  readonly width: number;
  readonly height: number;
  readonly bitrate: number;
}

/** A track as clients are told of it. */
export interface TrackView {
  /** "TR_..." */
  readonly sid: string;
  readonly kind: "audio" | "video";
  readonly source: MediaSource;
  readonly name: string;
  readonly muted: boolean;
  readonly width: number;
  readonly height: number;
  readonly layers: readonly LayerView[];
  readonly mimeType: string;
  readonly stream: string;
  readonly stereo: boolean;
  readonly disableDtx: boolean;
}

/** A participant as clients are told of it. */
export interface ParticipantView {
  /** "PA_..." */
  readonly sid: string;
  readonly identity: string;
  readonly name: string;
  readonly metadata: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly joinedAt: number;
  /** Rises with each change: clients ignore older views. */
  readonly version: number;
  /** "active" once its media is connected. */
  readonly state: "joined" | "active" | "disconnected";
  readonly tracks: readonly TrackView[];
  /** What it may do; everything if left out. */
  readonly permission?: PermissionView;
}

export interface PermissionView {
  readonly canPublishData: boolean;
  /** Sources that it may publish; all if empty. */
  readonly canPublishSources: readonly MediaSource[];
}

export interface RoomView {
  /** "RM_..." */
  readonly sid: string;
  readonly name: string;
  readonly createdAt: number;
  readonly participants: number;
  readonly publishers: number;
  /** JSON for the app; each client may be told another. */
  readonly metadata: string;
}

/** As RTCIceServer. */
export interface IceServerView {
  readonly urls: readonly string[];
  readonly username: string;
  readonly credential: string;
}

const SOURCES: Readonly<Record<MediaSource, TrackSource>> = {
  camera: TrackSource.CAMERA,
  microphone: TrackSource.MICROPHONE,
  screen_share: TrackSource.SCREEN_SHARE,
  screen_share_audio: TrackSource.SCREEN_SHARE_AUDIO,
  unknown: TrackSource.UNKNOWN,
};

const STATES = {
  joined: ParticipantInfo_State.JOINED,
  active: ParticipantInfo_State.ACTIVE,
  disconnected: ParticipantInfo_State.DISCONNECTED,
};

/** Clients publish in the first of these that they know; leaving out audio/red keeps it off. */
export const publishCodecs = () => ["audio/opus", "video/VP8", "video/H264"].map((mime) => new Codec({ mime }));

/** The version of the protocol, and of LiveKit's server, whose messages are spoken here: clients switch features by it. */
export const serverInfo = () => new ServerInfo({ version: "1.9.0", protocol: 16 });

export function sourceOf(source: TrackSource): MediaSource {
  return (Object.keys(SOURCES) as MediaSource[]).find((name) => SOURCES[name] === source) ?? "unknown";
}

export function roomInfo(room: RoomView): Room {
  return new Room({
    sid: room.sid,
    name: room.name,
    creationTime: BigInt(Math.floor(room.createdAt / 1000)),
    creationTimeMs: BigInt(room.createdAt),
    numParticipants: room.participants,
    numPublishers: room.publishers,
    metadata: room.metadata,
    enabledCodecs: publishCodecs(),
  });
}

export function participantInfo(view: ParticipantView): ParticipantInfo {
  return new ParticipantInfo({
    sid: view.sid,
    identity: view.identity,
    name: view.name,
    metadata: view.metadata,
    attributes: { ...view.attributes },
    joinedAt: BigInt(Math.floor(view.joinedAt / 1000)),
    joinedAtMs: BigInt(view.joinedAt),
    version: view.version,
    state: STATES[view.state],
    isPublisher: view.tracks.length > 0,
    tracks: view.tracks.map(trackInfo),
    permission: new ParticipantPermission({
      canSubscribe: true,
      canPublish: true,
      canPublishData: view.permission?.canPublishData ?? true,
      canPublishSources: view.permission?.canPublishSources.map((source) => SOURCES[source]) ?? [],
      canUpdateMetadata: true,
    }),
  });
}

export function trackInfo(view: TrackView): TrackInfo {
  const layers = view.layers.map((layer) => new VideoLayer({ ...layer, quality: layer.quality as VideoQuality }));
  return new TrackInfo({
    sid: view.sid,
    type: view.kind === "audio" ? TrackType.AUDIO : TrackType.VIDEO,
    source: SOURCES[view.source],
    name: view.name,
    muted: view.muted,
    width: view.width,
    height: view.height,
    simulcast: layers.length > 1,
    layers,
    mimeType: view.mimeType,
    stream: view.stream,
    stereo: view.stereo,
    disableDtx: view.disableDtx,
    disableRed: true,
    codecs: view.kind === "video" ? [new SimulcastCodecInfo({ mimeType: view.mimeType, layers })] : [],
  });
}

export function iceServer(view: IceServerView): ICEServer {
  return new ICEServer({ urls: [...view.urls], username: view.username, credential: view.credential });
}

/** The lowest layer that fills the wanted size; the wanted quality if the client asked for no size. */
export function layerFor(track: TrackView, wanted: { width: number; height: number; quality: number }): number {
  if (wanted.width === 0 && wanted.height === 0) return Math.min(wanted.quality, VideoQuality.HIGH);
  const side = Math.max(wanted.width, wanted.height);
  const layers = [...track.layers].sort((a, b) => a.quality - b.quality);
  // A layer that is a tenth too small is scaled up rather than paid for twice.
  const fitting = layers.find(({ width, height }) => Math.max(width, height) >= side * 0.9);
  return fitting?.quality ?? VideoQuality.HIGH;
}
