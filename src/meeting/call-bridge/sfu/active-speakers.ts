import { audioLevel } from "#rtp";
import type { Speaker } from "./types.ts";

/** A packet louder than this counts as speech (-dBov, so less is louder). */
const SPEECH = 40;
/** Of the packets of an interval, so many must be speech to begin, and so few to end. */
const BEGIN_SHARE = 0.4;
const END_SHARE = 0.1;
/** Quiet intervals before a speaker is no longer active: pauses between words are no silence. */
const QUIET_INTERVALS = 3;
const SMOOTHING = 0.5;
/** Levels are told in eighths, so that small changes are no news. */
const STEPS = 8;
/** Opus sends 50 packets a second; a client that sends less (DTX) is silent meanwhile. */
const PACKETS_EXPECTED = 15;

interface Voice {
  packets: number;
  loud: number;
  /** Sum of linear levels of loud packets. */
  sum: number;
  level: number;
  active: boolean;
  quiet: number;
}

/** Who speaks in one call, by the audio levels that clients write into their packets (RFC 6464). */
export class ActiveSpeakers {
  readonly #voices = new Map<string, Voice>();
  #told = "[]";

  /** One packet's audio level element. */
  heard(legId: string, element: number): void {
    let voice = this.#voices.get(legId);
    if (!voice) {
      voice = { packets: 0, loud: 0, sum: 0, level: 0, active: false, quiet: 0 };
      this.#voices.set(legId, voice);
    }
    const level = audioLevel(element);
    voice.packets++;
    if (level > SPEECH) return;
    voice.loud++;
    voice.sum += 10 ** (-level / 20);
  }

  forget(legId: string): void {
    this.#voices.delete(legId);
  }

  /** Ends an interval of 300 ms. Those who speak, loudest first, then those who have just ended; undefined if nothing changed. */
  interval(): Speaker[] | undefined {
    const speakers: Speaker[] = [];
    for (const [legId, voice] of this.#voices) {
      const was = voice.active;
      advance(voice);
      const level = voice.active ? Math.max(1, Math.round(voice.level * STEPS)) / STEPS : 0;
      if (voice.active || was) speakers.push({ legId, level, active: voice.active });
    }
    speakers.sort((a, b) => b.level - a.level);
    const active = speakers.filter((speaker) => speaker.active);
    const told = JSON.stringify(active);
    if (told === this.#told) return undefined;
    this.#told = told;
    return speakers;
  }
}

function advance(voice: Voice): void {
  const share = voice.loud / Math.max(PACKETS_EXPECTED, voice.packets);
  const loudness = voice.loud > 0 ? Math.min(1, (voice.sum / voice.loud) * 4) : 0;
  voice.level += (loudness - voice.level) * SMOOTHING;
  voice.quiet = share <= END_SHARE ? voice.quiet + 1 : 0;
  if (share >= BEGIN_SHARE) voice.active = true;
  else if (voice.quiet >= QUIET_INTERVALS) voice.active = false;
  if (!voice.active) voice.level = 0;
  voice.packets = 0;
  voice.loud = 0;
  voice.sum = 0;
}
