import { readFileSync } from "node:fs";
import {
  AddTrackRequest,
  DisconnectReason,
  SessionDescription,
  SignalRequest,
  SignalResponse,
  TrackSource,
  TrackType,
  VideoLayer,
  VideoQuality,
} from "@livekit/protocol";
import type { SignallingStream } from "#bridge-link";
import { until } from "#until";

type Source = "microphone" | "camera" | "screen_share";

const SOURCES = {
  microphone: [TrackType.AUDIO, TrackSource.MICROPHONE],
  camera: [TrackType.VIDEO, TrackSource.CAMERA],
  screen_share: [TrackType.VIDEO, TrackSource.SCREEN_SHARE],
} as const;

const CAMERA_LAYERS = [
  new VideoLayer({ quality: VideoQuality.LOW, width: 320, height: 180 }),
  new VideoLayer({ quality: VideoQuality.MEDIUM, width: 640, height: 360 }),
  new VideoLayer({ quality: VideoQuality.HIGH, width: 1280, height: 720 }),
];

/** A LiveKit client's socket at the Call Bridge's side, and what it was told. */
export class TestSocket implements SignallingStream {
  readonly token: string;
  readonly identity: string;
  readonly said: (string | undefined)[] = [];
  readonly messages: SignalResponse["message"][] = [];
  /** What the room's metadata say, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it as they like
  room: any = {};
  /** Permissions of its own, as it was told last. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it as they like
  rules: any = {};
  role = "";
  sid = "";
  closedWith: number | undefined;
  /** "PARTICIPANT_REMOVED" */
  leftBecause = "";
  listener: ((frame: Uint8Array | string) => void) | undefined;
  #onClose: ((code: number, reason: string) => void) | undefined;

  constructor(token = "", identity = "") {
    this.token = token;
    this.identity = identity;
  }

  send(frame: Uint8Array | string): void {
    const { message } = SignalResponse.fromBinary(frame as Uint8Array);
    this.messages.push(message);
    this.said.push(message.case);
    if (message.case === "join") {
      this.sid = message.value.participant!.sid;
      this.#isTold(message.value.participant!.attributes);
      this.room = JSON.parse(message.value.room!.metadata);
    }
    if (message.case === "roomUpdate") this.room = JSON.parse(message.value.room!.metadata);
    if (message.case === "leave") this.leftBecause = DisconnectReason[message.value.reason];
    if (message.case === "update")
      for (const one of message.value.participants) if (one.sid === this.sid) this.#isTold(one.attributes);
  }

  #isTold(attributes: Readonly<Record<string, string>>): void {
    this.rules = JSON.parse(attributes["turnpike.rules"] ?? "{}");
    this.role = attributes["turnpike.role"] ?? "";
  }

  onMessage(listener: (frame: Uint8Array | string) => void): void {
    this.listener = listener;
  }

  onClose(listener: (code: number, reason: string) => void): void {
    this.#onClose = listener;
  }

  close(code: number, reason: string): void {
    this.closedWith = code;
    this.#onClose?.(code, reason);
  }

  drop(): void {
    this.#onClose?.(1006, "");
  }

  say(message: SignalRequest["message"]): void {
    this.listener?.(new SignalRequest({ message }).toBinary());
  }

  /** Announces a track, and resolves with its sid. */
  async publish(source: Source, muted = false): Promise<string> {
    const [type, which] = SOURCES[source];
    const cid = `cid-${source}`;
    const layers = source === "camera" ? CAMERA_LAYERS : [];
    this.say({ case: "addTrack", value: new AddTrackRequest({ cid, type, source: which, muted, layers }) });
    await this.until((said) => said.includes("trackPublished") || said.includes("requestResponse"));
    const answers = this.messages.flatMap((message) => (message.case === "trackPublished" ? [message.value] : []));
    return answers.find((answer) => answer.cid === cid)?.track?.sid ?? "refused";
  }

  offer(name: string, id: number): void {
    this.say({ case: "offer", value: new SessionDescription({ type: "offer", sdp: captured(name), id }) });
  }

  mute(sid: string, muted: boolean): void {
    this.say({ case: "mute", value: { sid, muted } as never });
  }

  /** What the server asked it to mute or open, in order. */
  get mutes(): readonly boolean[] {
    return this.messages.flatMap((message) => (message.case === "mute" ? [message.value.muted] : []));
  }

  async until(condition: (said: readonly (string | undefined)[]) => boolean): Promise<boolean> {
    await until(() => condition(this.said), `said ${this.said}`);
    return true;
  }
}

/** Offers of Chromium, from the tests of media signalling. */
export function captured(name: string): string {
  const file = `../media-signalling/testdata/chromium-156-livekit-client-2.23.0-${name}.sdp`;
  return readFileSync(new URL(file, import.meta.url), "utf8");
}
