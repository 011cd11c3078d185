import {
  type AddTrackRequest,
  ConnectionQualityInfo,
  ConnectionQualityUpdate,
  DisconnectReason,
  JoinResponse,
  LeaveRequest,
  LeaveRequest_Action,
  ConnectionQuality as LiveKitQuality,
  MediaSectionsRequirement,
  MuteTrackRequest,
  ParticipantUpdate,
  Pong,
  ReconnectResponse,
  RequestResponse,
  RequestResponse_Reason,
  RoomUpdate,
  SessionDescription,
  SignalTarget,
  SpeakerInfo,
  SpeakersChanged,
  TrackPublishedResponse,
  TrackType,
  TrackUnpublishedResponse,
  TrickleRequest,
} from "@livekit/protocol";
import type { ResponseMessage } from "../frames.ts";
import {
  iceServer,
  type LayerView,
  type ParticipantView,
  participantInfo,
  publishCodecs,
  type RoomView,
  roomInfo,
  serverInfo,
  sourceOf,
  type TrackView,
  trackInfo,
} from "../views.ts";
import type {
  ConnectionQuality,
  JoinContext,
  LeaveAction,
  LeaveReason,
  PublishRequest,
  SessionOutput,
  SpeakerView,
} from "./ports.ts";

/** Seconds. A client that misses pongs for the timeout takes its socket for dead. */
export const PING = { interval: 5, timeout: 15 };

const MAX_LAYERS = 4;

const REASONS: Readonly<Record<LeaveReason, DisconnectReason>> = {
  "duplicate-identity": DisconnectReason.DUPLICATE_IDENTITY,
  "server-shutdown": DisconnectReason.SERVER_SHUTDOWN,
  "participant-removed": DisconnectReason.PARTICIPANT_REMOVED,
  "room-closed": DisconnectReason.ROOM_CLOSED,
  "room-deleted": DisconnectReason.ROOM_DELETED,
  "join-failure": DisconnectReason.JOIN_FAILURE,
  "state-mismatch": DisconnectReason.STATE_MISMATCH,
  "connection-timeout": DisconnectReason.CONNECTION_TIMEOUT,
  "media-failure": DisconnectReason.MEDIA_FAILURE,
};

const ACTIONS: Readonly<Record<LeaveAction, LeaveRequest_Action>> = {
  disconnect: LeaveRequest_Action.DISCONNECT,
  resume: LeaveRequest_Action.RESUME,
  reconnect: LeaveRequest_Action.RECONNECT,
};

const QUALITIES: Readonly<Record<ConnectionQuality, { quality: LiveKitQuality; score: number }>> = {
  lost: { quality: LiveKitQuality.LOST, score: 0 },
  poor: { quality: LiveKitQuality.POOR, score: 1 },
  good: { quality: LiveKitQuality.GOOD, score: 3 },
  excellent: { quality: LiveKitQuality.EXCELLENT, score: 5 },
};

const send = (message: ResponseMessage): SessionOutput => ({ output: "send", message });

export const joined = ({ room, me, others, iceServers }: JoinContext) =>
  send({
    case: "join",
    value: new JoinResponse({
      room: roomInfo(room),
      participant: participantInfo(me),
      otherParticipants: others.map(participantInfo),
      iceServers: iceServers.map(iceServer),
      subscriberPrimary: false,
      fastPublish: true,
      pingInterval: PING.interval,
      pingTimeout: PING.timeout,
      serverInfo: serverInfo(),
      serverVersion: serverInfo().version,
      enabledPublishCodecs: publishCodecs(),
    }),
  });

export const reconnected = ({ iceServers, lastDataSequence }: JoinContext) =>
  send({
    case: "reconnect",
    value: new ReconnectResponse({
      iceServers: iceServers.map(iceServer),
      serverInfo: serverInfo(),
      lastMessageSeq: lastDataSequence,
    }),
  });

export const answered = (sdp: string, id: number, midToTrackId: Record<string, string>) =>
  send({ case: "answer", value: new SessionDescription({ type: "answer", sdp, id, midToTrackId }) });

/** The Rust SDK wants the m-line's index. */
export const trickled = (candidate: string, sdpMid: string) =>
  send({
    case: "trickle",
    value: new TrickleRequest({
      candidateInit: JSON.stringify({ candidate, sdpMid, sdpMLineIndex: 0 }),
      target: SignalTarget.PUBLISHER,
    }),
  });

export const roster = (participants: readonly ParticipantView[]) =>
  send({ case: "update", value: new ParticipantUpdate({ participants: participants.map(participantInfo) }) });

export const published = (cid: string, track: TrackView) =>
  send({ case: "trackPublished", value: new TrackPublishedResponse({ cid, track: trackInfo(track) }) });

export const unpublished = (trackSid: string) =>
  send({ case: "trackUnpublished", value: new TrackUnpublishedResponse({ trackSid }) });

export const roomChanged = (room: RoomView) =>
  send({ case: "roomUpdate", value: new RoomUpdate({ room: roomInfo(room) }) });

export const muted = (trackSid: string, on: boolean) =>
  send({ case: "mute", value: new MuteTrackRequest({ sid: trackSid, muted: on }) });

export const sectionsRequired = (numbers: { readonly numAudios: number; readonly numVideos: number }) =>
  send({ case: "mediaSectionsRequirement", value: new MediaSectionsRequirement(numbers) });

export const speakersChanged = (speakers: readonly SpeakerView[]) =>
  send({ case: "speakersChanged", value: new SpeakersChanged({ speakers: speakers.map((s) => new SpeakerInfo(s)) }) });

export const qualityChanged = (of: readonly { readonly sid: string; readonly quality: ConnectionQuality }[]) =>
  send({
    case: "connectionQuality",
    value: new ConnectionQualityUpdate({
      updates: of.map(({ sid, quality }) => new ConnectionQualityInfo({ participantSid: sid, ...QUALITIES[quality] })),
    }),
  });

/** `lastPingTimestamp` gives the client its round trip. */
export const pong = (timestamp: bigint, now: number) =>
  send({ case: "pongResp", value: new Pong({ lastPingTimestamp: timestamp, timestamp: BigInt(now) }) });

/** For a client that has no session. */
export function farewell(reason: LeaveReason, action: LeaveAction): ResponseMessage {
  const value = new LeaveRequest({
    reason: REASONS[reason],
    action: ACTIONS[action],
    canReconnect: action !== "disconnect",
  });
  return { case: "leave", value };
}

export const leave = (reason: LeaveReason, action: LeaveAction) => send(farewell(reason, action));

export const refusedPublish = (request: AddTrackRequest | undefined, why: string) =>
  send({
    case: "requestResponse",
    value: new RequestResponse({
      reason: RequestResponse_Reason.LIMIT_EXCEEDED,
      message: why,
      request: request ? { case: "addTrack", value: request } : { case: undefined },
    }),
  });

export const described = (requestId: number) =>
  send({ case: "requestResponse", value: new RequestResponse({ requestId, reason: RequestResponse_Reason.OK }) });

/** What the client asks to publish; undefined if it is none that can be carried. */
export function publishRequest(request: AddTrackRequest): PublishRequest | undefined {
  const kind = request.type === TrackType.AUDIO ? "audio" : request.type === TrackType.VIDEO ? "video" : undefined;
  // A second codec for a track that is published already (`sid`) is not offered to clients.
  if (!kind || request.sid || !request.cid || request.cid.length > 256) return undefined;
  const codec = request.simulcastCodecs[0];
  const layers = (codec?.layers.length ? codec.layers : request.layers).slice(0, MAX_LAYERS);
  return {
    cid: request.cid,
    kind,
    source: sourceOf(request.source),
    name: request.name.slice(0, 128),
    muted: request.muted,
    width: request.width,
    height: request.height,
    layers: layers.map(
      ({ quality, rid, width, height, bitrate }): LayerView => ({
        quality,
        rid: rid.slice(0, 16),
        width,
        height,
        bitrate,
      }),
    ),
    mimeType: mimeOf(kind, codec?.codec ?? ""),
    stream: request.stream.slice(0, 64),
    stereo: request.stereo,
    disableDtx: request.disableDtx,
  };
}

function mimeOf(kind: "audio" | "video", codec: string): string {
  if (kind === "audio") return "audio/opus";
  return codec.toLowerCase() === "h264" ? "video/H264" : "video/VP8";
}
