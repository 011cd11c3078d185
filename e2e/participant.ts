import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";

const PAGE_WATCH = join(import.meta.dirname, "page-watch.js");

/** What a page's browser says of all its peer connections together (page-watch.js). */
export interface Media {
  readonly framesDecoded: number;
  readonly audioEnergy: number;
  readonly framesSent: number;
  readonly pairs: readonly SelectedPair[];
}

export interface SelectedPair {
  /** host, srflx, prflx or relay */
  readonly local: string;
  /** How the browser reaches its TURN server, if its own candidate is a relay: udp, tcp or tls. */
  readonly relayProtocol?: string;
  readonly remoteAddress: string;
}

/** What has come of anybody since `watchFlow`, and how long no picture came: now, and at the longest. */
export interface Flow extends Exchange {
  readonly waitingMs: number;
  readonly longestMs: number;
}

/** The app promises an answer, good or bad, within this time. */
export const ANSWER_WITHIN_MS = 8000;

/** Somebody at a browser, who uses the app as people do: by what it shows. */
export class Participant {
  readonly name: string;
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #console: string[] = [];

  private constructor(name: string, context: BrowserContext, page: Page) {
    this.name = name;
    this.page = page;
    this.#context = context;
    page.on("console", (message) => this.#console.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => this.#console.push(`page error: ${error}`));
  }

  /** A new browser profile on this link, at the question for the name. */
  static async open(browser: Browser, name: string, link: string): Promise<Participant> {
    const context = await browser.newContext({ permissions: ["camera", "microphone"], locale: "en-GB" });
    await context.addInitScript({ path: PAGE_WATCH });
    const page = await context.newPage();
    const participant = new Participant(name, context, page);
    try {
      await page.goto(link);
      await page.getByTestId("name").fill(name, { timeout: 10_000 });
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${await participant.report()}`, { cause: error });
    }
    return participant;
  }

  async join(): Promise<void> {
    await this.page.getByTestId("join").click();
  }

  /** Resolves when the tile of somebody else bears this name. */
  async sees(name: string): Promise<void> {
    const tile = this.page.getByTestId("tile-name").filter({ hasText: name });
    await tile.first().waitFor({ timeout: 15_000 });
  }

  media(): Promise<Media> {
    return this.page.evaluate("turnpikeWatch.media()");
  }

  /** From now on, whether pictures come, and how long none did. */
  async watchFlow(): Promise<void> {
    await this.page.evaluate("void turnpikeWatch.watchFlow()");
  }

  flow(): Promise<Flow> {
    return this.page.evaluate("turnpikeWatch.flow()");
  }

  /** Milliseconds from the click on Join to the first decoded frame of somebody else. */
  async joinTime(withinMs = 15_000): Promise<number> {
    for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(50)) {
      const ms: unknown = await this.page.evaluate("turnpikeWatch.joinMs()");
      if (typeof ms === "number") return ms;
    }
    throw new Error(`${this.name} decoded no frame of anybody else in ${withinMs} ms`);
  }

  /** The code and the sentence that the app shows, and how long it took from now. */
  async failure(): Promise<{ code: string; sentence: string; ms: number }> {
    const started = performance.now();
    const shown = this.page.getByTestId("failure");
    await shown.waitFor({ timeout: ANSWER_WITHIN_MS });
    const ms = performance.now() - started;
    const code = (await this.page.getByTestId("failure-code").textContent()) ?? "";
    return { code: code.trim(), sentence: ((await shown.textContent()) ?? "").trim(), ms };
  }

  async leave(): Promise<void> {
    await this.page.getByTestId("leave").click();
    await this.close();
  }

  close(): Promise<void> {
    return this.#context.close();
  }

  /** What the page shows and what it wrote to its console, for a failed test. */
  async report(): Promise<string> {
    const text = await this.page
      .locator("body")
      .ariaSnapshot()
      .catch((error) => String(error));
    return [`--- ${this.name}: the page shows`, text, ...this.#console.slice(-20)].join("\n");
  }
}

export interface Exchange {
  /** Frames and audio energy of the other that were decoded while both were watched. */
  readonly frames: number;
  readonly energy: number;
}

/** At least a second of video at the fake camera's rate, and part of one of its beeps; silence has energy 0. */
const ENOUGH_FRAMES = 15;
const ENOUGH_ENERGY = 0.001;

export function isEnough({ frames, energy }: Exchange): boolean {
  return frames >= ENOUGH_FRAMES && energy > ENOUGH_ENERGY;
}

/** Resolves when each has decoded the other's video and heard the other's audio; rejects when that takes too long. */
export async function exchange(a: Participant, b: Participant, withinMs = 10_000): Promise<[Exchange, Exchange]> {
  const earlier = await Promise.all([a.media(), b.media()]);
  const deadline = Date.now() + withinMs;
  for (;;) {
    await sleep(500);
    const later = await Promise.all([a.media(), b.media()]);
    const gained = later.map((now, i) => ({
      frames: now.framesDecoded - earlier[i]!.framesDecoded,
      energy: now.audioEnergy - earlier[i]!.audioEnergy,
    })) as [Exchange, Exchange];
    if (gained.every(isEnough)) return gained;
    const state = `${a.name} got ${JSON.stringify(gained[0])}, ${b.name} got ${JSON.stringify(gained[1])}`;
    assert.ok(Date.now() < deadline, `no media both ways in ${withinMs} ms: ${state}`);
  }
}

/** "direct" is straight to the bridge's address or relay; otherwise the guest's own relay, and how it reaches it. */
export function pathOf({ pairs }: Media): string {
  const paths = pairs.map(({ local, relayProtocol }) => (local === "relay" ? `relay/${relayProtocol}` : "direct"));
  return [...new Set(paths)].join(" and ") || "none";
}
