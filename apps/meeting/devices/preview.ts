import { effect, signal } from "@preact/signals";
import type { Trouble } from "../model/device-problem.ts";
import { meter } from "./level.ts";
import { recall, remember } from "./memory.ts";

export type Kind = "camera" | "microphone";

export type DeviceState =
  | { readonly state: "off" }
  | { readonly state: "starting" }
  | { readonly state: "on"; readonly track: MediaStreamTrack }
  | { readonly state: "unavailable"; readonly why: Trouble };

const OFF: DeviceState = { state: "off" };

/** Camera and microphone before the meeting: what the person tries out is what the meeting then gets. */
export class Preview {
  readonly camera = signal<DeviceState>(OFF);
  readonly microphone = signal<DeviceState>(OFF);
  /** 0-1. */
  readonly level = signal(0);
  readonly devices = signal<readonly MediaDeviceInfo[]>([]);
  #stopMeter = () => {};

  constructor() {
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.#list());
  }

  /** Asks once for both, so that the browser shows one question; what one refusal spoils is then tried alone. */
  async startBoth(): Promise<void> {
    this.camera.value = this.microphone.value = { state: "starting" };
    try {
      const stream = await open({ camera: true, microphone: true });
      this.#show("camera", stream.getVideoTracks()[0]);
      this.#show("microphone", stream.getAudioTracks()[0]);
    } catch (thrown) {
      await Promise.all((["camera", "microphone"] as const).map((kind) => this.#startAfter(kind, thrown)));
    }
    await this.#list();
  }

  async start(kind: Kind): Promise<void> {
    this[kind].value = { state: "starting" };
    try {
      const stream = await open({ [kind]: true });
      this.#show(kind, stream.getTracks()[0]);
    } catch (thrown) {
      if (this[kind].value.state === "starting") this[kind].value = { state: "unavailable", why: whyOf(thrown) };
    }
    await this.#list();
  }

  stop(kind: Kind): void {
    const device = this[kind].value;
    if (device.state === "on") device.track.stop();
    if (kind === "microphone") this.#endMeter();
    if (device.state !== "unavailable") this[kind].value = OFF;
  }

  async choose(kind: Kind, deviceId: string): Promise<void> {
    remember(kind, deviceId);
    this.stop(kind);
    await this.start(kind);
  }

  track(kind: Kind): MediaStreamTrack | undefined {
    const device = this[kind].value;
    return device.state === "on" && device.track.readyState === "live" ? device.track : undefined;
  }

  /** Resolves when neither device is still starting. */
  async settled(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = effect(() => {
      if (this.camera.value.state !== "starting" && this.microphone.value.state !== "starting") resolve();
    });
    await promise;
    stop();
  }

  /** The meeting has the tracks now: forgets them without stopping them. */
  release(): void {
    this.#endMeter();
    this.camera.value = this.microphone.value = OFF;
  }

  async #startAfter(kind: Kind, thrown: unknown): Promise<void> {
    if (this[kind].value.state !== "starting") return;
    const why = whyOf(thrown);
    const hopeless = why === "unsupported" || (why === "denied" && (await permission(kind)) !== "granted");
    if (hopeless) this[kind].value = { state: "unavailable", why };
    else await this.start(kind);
  }

  /** A device that was given up while it started is not wanted any more. */
  #show(kind: Kind, track: MediaStreamTrack | undefined): void {
    if (this[kind].value.state !== "starting") {
      track?.stop();
      return;
    }
    if (!track) {
      this[kind].value = { state: "unavailable", why: "missing" };
      return;
    }
    track.addEventListener("ended", () => {
      const device = this[kind].value;
      if (device.state === "on" && device.track === track) this[kind].value = OFF;
    });
    this[kind].value = { state: "on", track };
    if (kind === "microphone") {
      this.#endMeter();
      this.#stopMeter = meter(track, (level) => {
        this.level.value = level;
      });
    }
  }

  #endMeter(): void {
    this.#stopMeter();
    this.#stopMeter = () => {};
    this.level.value = 0;
  }

  async #list(): Promise<void> {
    const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    this.devices.value = devices.filter(({ deviceId }) => deviceId !== "");
  }
}

export function constraintsFor(kind: Kind): MediaTrackConstraints {
  const deviceId = recall(kind);
  const chosen = deviceId ? { deviceId: { ideal: deviceId } } : {};
  return kind === "camera"
    ? { ...chosen, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } }
    : { ...chosen, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
}

function open(wanted: Partial<Record<Kind, boolean>>): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new DOMException("no mediaDevices", "NotSupportedError");
  return navigator.mediaDevices.getUserMedia({
    ...(wanted.camera ? { video: constraintsFor("camera") } : {}),
    ...(wanted.microphone ? { audio: constraintsFor("microphone") } : {}),
  });
}

function whyOf(thrown: unknown): Trouble {
  switch ((thrown as Partial<Error> | undefined)?.name) {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotSupportedError":
    case "TypeError":
      return "unsupported";
    default:
      return "busy";
  }
}

async function permission(kind: Kind): Promise<PermissionState | undefined> {
  try {
    return (await navigator.permissions.query({ name: kind })).state;
  } catch {
    return undefined;
  }
}
