import { type Signal, signal } from "@preact/signals";
import { DisconnectReason, type LocalTrack, type RemoteTrack, type Room, RoomEvent, Track } from "livekit-client";
import { remember } from "../../devices/memory.ts";
import type { ControlAction } from "../../model/actions.ts";
import type { EndReason } from "../../model/end-reason.ts";
import { PATIENCE } from "../../model/interruption.ts";
import type { Controlled, JoinRecord, Meeting, OwnMedia } from "../../model/meeting.ts";
import type { Person } from "../../model/people.ts";
import { type RoomState, roomStateOf } from "../../model/room-state.ts";
import { type Rules, rulesOf } from "../../model/rules.ts";
import { type ConnectionSummary, lossPercent, type StatsEntry, summarise } from "../../model/stats.ts";
import { isCallGone } from "../call-check.ts";
import { sendControl } from "../control.ts";
import { peopleIn } from "./people.ts";

/** Everything after which a tile may look different. */
const CHANGES = [
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.ParticipantNameChanged,
  RoomEvent.TrackSubscribed,
  RoomEvent.TrackUnsubscribed,
  RoomEvent.TrackMuted,
  RoomEvent.TrackUnmuted,
  RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished,
  RoomEvent.LocalTrackPublished,
  RoomEvent.LocalTrackUnpublished,
  RoomEvent.ActiveSpeakersChanged,
  RoomEvent.ConnectionQualityChanged,
  RoomEvent.Reconnected,
  RoomEvent.ParticipantAttributesChanged,
  RoomEvent.RoomMetadataChanged,
] as const;

/** How often the statistics are read, in ms. */
const STATS_EVERY = 2000;
/** Beyond these a person would notice: loss in percent of two seconds, round trip in ms. */
const POOR = { loss: 8, roundTripMs: 600 };

export interface MeetingOptions {
  readonly space: Meeting["space"];
  /** Access token: names oneself to the server. */
  readonly token: string;
  readonly link: string;
  readonly isOwnLink: boolean;
  readonly stats: () => Promise<RTCStatsReport | undefined>;
  readonly join: () => JoinRecord;
  readonly onEnd: (reason: EndReason) => void;
}

/** A room of livekit-client as the meeting that the views show. */
export class LiveMeeting implements Meeting {
  readonly space: Meeting["space"];
  readonly link: string;
  readonly isOwnLink: boolean;
  readonly rules: Signal<Rules>;
  readonly room: Signal<RoomState>;
  readonly people: Signal<readonly Person[]>;
  readonly own: Signal<OwnMedia>;
  readonly connection = signal<"good" | "poor" | "reconnecting">("good");
  readonly soundBlocked = signal(false);
  readonly details = signal<ConnectionSummary | undefined>(undefined);
  readonly #room: Room;
  readonly #options: MeetingOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  #refreshing = false;
  /** The last thing that the room says before it sends one away. */
  #sentToLobby = false;
  #asking = false;
  /** livekit-client is connecting anew. */
  #mending = false;
  /** Since when the server has no relay for our media, by `performance.now`. */
  #interruptedAt: number | undefined;
  /** Why we leave by ourselves, to join again. */
  #gaveUp: "call-gone" | "no-media" | undefined;

  constructor(room: Room, options: MeetingOptions) {
    this.#room = room;
    this.#options = options;
    this.space = options.space;
    this.link = options.link;
    this.isOwnLink = options.isOwnLink;
    this.rules = signal(ownRules(room));
    this.room = signal(roomStateOf(room.metadata));
    this.people = signal(peopleIn(room));
    this.own = signal(ownMedia(room));
    this.#listen();
    this.#timer = setInterval(() => void this.#measure(), STATS_EVERY);
    void this.#measure();
  }

  get join(): JoinRecord {
    return this.#options.join();
  }

  async set(what: keyof OwnMedia, on: boolean): Promise<void> {
    const me = this.#room.localParticipant;
    this.own.value = { ...this.own.value, [what]: on };
    try {
      if (what === "mic") await me.setMicrophoneEnabled(on);
      else if (what === "camera") await me.setCameraEnabled(on);
      else await me.setScreenShareEnabled(on, { audio: true, contentHint: "detail", selfBrowserSurface: "exclude" });
    } finally {
      this.#refresh();
    }
  }

  startSound(): Promise<void> {
    return this.#room.startAudio();
  }

  activeDevice(kind: MediaDeviceKind): string {
    const source = kind === "videoinput" ? Track.Source.Camera : Track.Source.Microphone;
    const track = this.#room.localParticipant.getTrackPublication(source)?.track;
    const inUse = kind === "audiooutput" ? undefined : track?.mediaStreamTrack.getSettings().deviceId;
    return inUse ?? this.#room.getActiveDevice(kind) ?? "default";
  }

  async chooseDevice(kind: MediaDeviceKind, deviceId: string): Promise<void> {
    await this.#room.switchActiveDevice(kind, deviceId);
    remember(kind === "videoinput" ? "camera" : kind === "audioinput" ? "microphone" : "speaker", deviceId);
  }

  leave(): Promise<void> {
    return this.#room.disconnect();
  }

  control(action: ControlAction): Promise<Controlled> {
    return sendControl(this.#options.token, action);
  }

  /** Sends what was tried out before the meeting. */
  async publish(track: LocalTrack, source: Track.Source): Promise<void> {
    await this.#room.localParticipant.publishTrack(track, { source });
    this.#refresh();
  }

  #listen(): void {
    const room = this.#room;
    for (const event of CHANGES) room.on(event, () => this.#refresh());
    room.on(RoomEvent.RoomMetadataChanged, (metadata) => {
      this.#sentToLobby ||= roomStateOf(metadata).sentToLobby;
    });
    room.on(RoomEvent.TrackSubscribed, playSound);
    room.on(RoomEvent.TrackUnsubscribed, (track) => {
      if (track.kind === Track.Kind.Audio) for (const element of track.detach()) element.remove();
    });
    for (const { trackPublications } of room.remoteParticipants.values())
      for (const { track } of trackPublications.values()) if (track) playSound(track as RemoteTrack);
    room.on(RoomEvent.AudioPlaybackStatusChanged, () => {
      this.soundBlocked.value = !room.canPlaybackAudio;
    });
    for (const event of [RoomEvent.Reconnecting, RoomEvent.SignalReconnecting] as const)
      room.on(event, () => {
        this.#mending = true;
        this.connection.value = "reconnecting";
      });
    room.on(RoomEvent.Reconnected, () => {
      this.#mending = false;
      if (!this.room.value.interrupted) this.connection.value = "good";
    });
    room.on(RoomEvent.Disconnected, (reason) => this.#end(reason));
  }

  /** Once per frame at most: events come in swarms. */
  #refresh(): void {
    if (this.#refreshing) return;
    this.#refreshing = true;
    queueMicrotask(() => {
      this.#refreshing = false;
      this.people.value = peopleIn(this.#room);
      this.own.value = ownMedia(this.#room);
      this.#readState();
    });
  }

  /** Told anew only if it says something else: views compare. */
  #readState(): void {
    const rules = ownRules(this.#room);
    const room = roomStateOf(this.#room.metadata);
    if (JSON.stringify(rules) !== JSON.stringify(this.rules.value)) this.rules.value = rules;
    if (JSON.stringify(room) !== JSON.stringify(this.room.value)) this.room.value = room;
    this.#interruptedAt = room.interrupted ? (this.#interruptedAt ?? performance.now()) : undefined;
    // Its end is seen with the next statistics: livekit-client begins to connect anew by then.
    if (room.interrupted) this.connection.value = "reconnecting";
  }

  async #measure(): Promise<void> {
    if (this.#mending) await this.#askForCall();
    const since = this.#interruptedAt;
    if (since !== undefined && performance.now() - since > PATIENCE) await this.#giveUp("no-media");
    const report = await this.#options.stats().catch(() => undefined);
    if (!report) return;
    const before = this.details.value;
    const now = summarise([...report.values()] as StatsEntry[], before);
    this.details.value = now;
    if (this.#mending || this.#interruptedAt !== undefined) return;
    const poor = lossPercent(now, before) > POOR.loss || (now.roundTripMs ?? 0) > POOR.roundTripMs;
    this.connection.value = poor || this.people.value[0]?.poorConnection ? "poor" : "good";
  }

  /** A server that was started anew knows nothing of the call: to wait for it would be in vain, to join again is not. */
  async #askForCall(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const gone = await isCallGone(this.#options.token);
    this.#asking = false;
    if (gone && this.#mending) await this.#giveUp("call-gone");
  }

  #giveUp(why: "call-gone" | "no-media"): Promise<void> {
    this.#gaveUp = why;
    return this.#room.disconnect();
  }

  #end(reason: DisconnectReason | undefined): void {
    clearInterval(this.#timer);
    for (const { trackPublications } of this.#room.remoteParticipants.values())
      for (const { track } of trackPublications.values()) for (const element of track?.detach() ?? []) element.remove();
    for (const element of document.querySelectorAll("audio[data-sound]")) element.remove();
    this.#options.onEnd(this.#sentToLobby ? "to-lobby" : (this.#gaveUp ?? endReason(reason)));
  }
}

function playSound(track: RemoteTrack): void {
  if (track.kind !== Track.Kind.Audio || track.attachedElements.length > 0) return;
  const element = track.attach();
  element.hidden = true;
  element.dataset.sound = "";
  document.body.append(element);
}

function ownMedia(room: Room): OwnMedia {
  const me = room.localParticipant;
  return { mic: me.isMicrophoneEnabled, camera: me.isCameraEnabled, screen: me.isScreenShareEnabled };
}

function ownRules(room: Room): Rules {
  return rulesOf(room.localParticipant.attributes["turnpike.rules"]);
}

function endReason(reason: DisconnectReason | undefined): EndReason {
  switch (reason) {
    case DisconnectReason.CLIENT_INITIATED:
      return "left";
    case DisconnectReason.DUPLICATE_IDENTITY:
      return "elsewhere";
    case DisconnectReason.PARTICIPANT_REMOVED:
      return "removed";
    case DisconnectReason.ROOM_DELETED:
    case DisconnectReason.ROOM_CLOSED:
      return "over";
    case DisconnectReason.MEDIA_FAILURE:
      return "no-media";
    default:
      return "lost";
  }
}
