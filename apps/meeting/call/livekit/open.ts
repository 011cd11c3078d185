import {
  ConnectionError,
  ConnectionErrorReason,
  isBrowserSupported,
  LocalAudioTrack,
  LocalVideoTrack,
  LogLevel,
  Room,
  RoomEvent,
  setLogLevel,
  Track,
} from "livekit-client";
import { constraintsFor, type Preview } from "../../devices/preview.ts";
import type { EndReason } from "../../model/end-reason.ts";
import type { JoinFacts } from "../../model/failure.ts";
import type { JoinRecord } from "../../model/meeting.ts";
import type { StepId } from "../../model/steps.ts";
import { type Admission, JoinBroken, roadError } from "../admission.ts";
import { type PeerWatch, watchPeerConnections } from "../peer-watch.ts";
import { LiveMeeting } from "./meeting.ts";
import { roomOptions } from "./options.ts";

export interface OpenOptions {
  readonly admission: Admission;
  readonly link: string;
  readonly isOwnLink: boolean;
  readonly callId: string;
  readonly preview: Preview;
  readonly enter: (step: StepId) => void;
  readonly join: () => JoinRecord;
  readonly onEnd: (reason: EndReason) => void;
  /** Aborted when the person gives up or the step's time is over. */
  readonly signal: AbortSignal;
}

/** So long a try to reconnect waits for its path, in ms: candidates of a moment when the edge was gone lead nowhere. */
const PATH_WITHIN = 8000;
/** After which a path is slow, in ms: a relay takes two round trips. */
const SLOW_PATH = 2500;

setLogLevel(LogLevel.warn);

/**
 * From the admission to the open meeting. Steps are entered as their events happen.
 * @throws {JoinBroken}
 */
export async function openMeeting(options: OpenOptions): Promise<LiveMeeting> {
  if (!isBrowserSupported()) throw new JoinBroken({ step: "server", what: "unsupported" });
  const opening = new Opening(options);
  try {
    return await opening.run();
  } catch (thrown) {
    const givenUp = options.signal.reason instanceof DOMException;
    const facts = givenUp ? undefined : await opening.facts(thrown);
    await opening.giveUp();
    throw facts ? new JoinBroken(facts) : thrown;
  }
}

class Opening {
  readonly #options: OpenOptions;
  readonly #room = new Room(roomOptions());
  readonly #watch: PeerWatch;
  readonly #broken = Promise.withResolvers<never>();
  #step: StepId = "server";
  #slow: ReturnType<typeof setTimeout> | undefined;
  #connected = false;
  #sentAway = false;

  constructor(options: OpenOptions) {
    this.#options = options;
    this.#broken.promise.catch(() => {});
    this.#watch = watchPeerConnections({
      onPath: () => this.#enter("securing"),
      onFailed: (where) => {
        this.#enter(where);
        this.#broken.reject(new Error(`${where} failed`));
      },
    });
    options.signal.addEventListener("abort", () => this.#broken.reject(options.signal.reason), { once: true });
  }

  async run(): Promise<LiveMeeting> {
    const { admission, link, isOwnLink, callId, join, onEnd } = this.#options;
    const room = this.#room;
    let meeting: LiveMeeting | undefined;
    room.once(RoomEvent.SignalConnected, () => {
      this.#enter("path");
      this.#slow = setTimeout(() => this.#watch.lookCloser(), SLOW_PATH);
      meeting = new LiveMeeting(room, {
        space: { name: admission.space.name, callId },
        token: admission.token,
        link,
        isOwnLink,
        join,
        stats: () => this.#watch.stats(),
        onEnd: (reason) => this.#onEnd(reason, onEnd),
      });
      void this.#publish(meeting);
    });
    const address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}`;
    const connecting = room.connect(address, admission.token, {
      maxRetries: 0,
      peerConnectionTimeout: PATH_WITHIN,
      // Set here rather than taken from the join response: the browser then gathers, relays too, while the socket opens.
      rtcConfig: {
        iceServers: admission.iceServers.map((server) => ({ ...server, urls: [...server.urls] })),
        iceCandidatePoolSize: 1,
        // One transport from the start, so one relay per TURN address and not three.
        bundlePolicy: "max-bundle",
      },
    });
    await Promise.race([connecting, this.#broken.promise]);
    this.#connected = true;
    clearTimeout(this.#slow);
    this.#watch.lookAway();
    return meeting!;
  }

  /** An end before the meeting is open is a failed join, told by `run`. */
  #onEnd(reason: EndReason, onEnd: (reason: EndReason) => void): void {
    if (this.#connected) {
      this.#watch.stop();
      onEnd(reason);
    } else if (reason === "no-media") {
      this.#sentAway = true;
      this.#broken.reject(new Error("no media"));
    }
  }

  #enter(step: StepId): void {
    this.#step = step;
    this.#options.enter(step);
  }

  /** While the media path opens; what is still starting follows when it has started. */
  async #publish(meeting: LiveMeeting): Promise<void> {
    const { preview } = this.#options;
    await preview.settled();
    const microphone = preview.track("microphone");
    const camera = preview.track("camera");
    const publishing = [
      microphone &&
        meeting.publish(new LocalAudioTrack(microphone, constraintsFor("microphone"), false), Track.Source.Microphone),
      camera && meeting.publish(new LocalVideoTrack(camera, constraintsFor("camera"), false), Track.Source.Camera),
    ];
    for (const outcome of await Promise.allSettled(publishing))
      if (outcome.status === "rejected") console.warn("could not publish", outcome.reason);
  }

  async facts(thrown: unknown): Promise<JoinFacts> {
    if (this.#step === "server") return this.#serverFacts(thrown);
    if (this.#step === "path") return { step: "path", ...(await this.#watch.facts()), sentAway: this.#sentAway };
    return { step: "securing", what: thrown === this.#options.signal.reason ? "unanswered" : "failed" };
  }

  async #serverFacts(thrown: unknown): Promise<JoinFacts> {
    const what = thrown === this.#options.signal.reason ? "unanswered" : signallingOutcome(thrown);
    const code = await roadError(this.#options.admission.traceId);
    return { step: "server", what, ...(code ? { code } : {}) };
  }

  /** The devices stay on, for another try. */
  async giveUp(): Promise<void> {
    clearTimeout(this.#slow);
    this.#watch.stop();
    await this.#room.disconnect(false).catch(() => {});
  }
}

function signallingOutcome(thrown: unknown): "refused" | "unreachable" | "unanswered" | "closed" {
  if (!(thrown instanceof ConnectionError)) return "unreachable";
  switch (thrown.reason) {
    case ConnectionErrorReason.NotAllowed:
      return "refused";
    case ConnectionErrorReason.Timeout:
      return "unanswered";
    case ConnectionErrorReason.LeaveRequest:
    case ConnectionErrorReason.InternalError:
      return "closed";
    default:
      return "unreachable";
  }
}
