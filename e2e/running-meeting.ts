import assert from "node:assert/strict";
import { en } from "../apps/meeting/strings/en.ts";
import type { HostName } from "../lab/index.ts";
import { exchange, isEnough, type Participant } from "./participant.ts";
import { explained, type World } from "./world.ts";

/** Without a break: no more than that between two frames, on two cores on which a role may be starting, ms. */
const NO_BREAK_MS = 3000;

/** Somebody inside and a guest outside who see and hear each other, while something else is broken. */
export class RunningMeeting {
  readonly #world: World;
  readonly inside: Participant;
  readonly guest: Participant;

  private constructor(world: World, inside: Participant, guest: Participant) {
    this.#world = world;
    this.inside = inside;
    this.guest = guest;
  }

  static async start(world: World, network: HostName): Promise<RunningMeeting> {
    const [inside, guest] = await Promise.all([world.open("inside", "Inside"), world.open(network, "Guest")]);
    const meeting = new RunningMeeting(world, inside, guest);
    await meeting.explained(async () => {
      await inside.join();
      await guest.join();
      await Promise.all([inside.sees("Guest"), guest.sees("Inside")]);
      await exchange(inside, guest);
    });
    return meeting;
  }

  explained<T>(run: () => Promise<T>): Promise<T> {
    return explained(this.#world, [this.inside, this.guest], run);
  }

  async watchFlow(): Promise<void> {
    await Promise.all([this.inside.watchFlow(), this.guest.watchFlow()]);
  }

  /** Since `watchFlow`. */
  async hadNoBreak(): Promise<void> {
    for (const person of [this.inside, this.guest]) {
      const flow = await person.flow();
      assert.ok(flow.longestMs < NO_BREAK_MS, `${person.name} had no picture for ${Math.round(flow.longestMs)} ms`);
      assert.ok(flow.frames > 0);
    }
  }

  /** Resolves when both see and hear each other, whatever became of the connections before. */
  async flows(withinMs = 15_000): Promise<void> {
    await this.watchFlow();
    for (const deadline = Date.now() + withinMs; ; await this.#world.lab.scope.sleep(100)) {
      const flows = await Promise.all([this.inside.flow(), this.guest.flow()]);
      if (flows.every(isEnough)) return;
      const [inside, guest] = flows.map((flow) => JSON.stringify(flow));
      assert.ok(
        Date.now() < deadline,
        `no media both ways in ${withinMs} ms: Inside got ${inside}, Guest got ${guest}`,
      );
    }
  }

  /** What the guest's button does is seen inside: the signalling goes all the way. */
  async isSignalling(withinMs = 15_000): Promise<void> {
    const muted = this.inside.page.getByTestId("tile").filter({ hasText: "Guest" }).getByLabel(en.meeting.muted);
    await this.guest.page.getByTestId("mic").click();
    await muted.waitFor({ timeout: withinMs });
    await this.guest.page.getByTestId("mic").click();
    await muted.waitFor({ state: "detached", timeout: withinMs });
  }
}
