import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { en } from "../apps/meeting/strings/en.ts";
import { JOIN_HOST } from "../lab/index.ts";
import { exchange, type Participant } from "./participant.ts";
import { buildWorld, explained, skip, type World } from "./world.ts";

const PASSCODE = "4711";

describe("in a meeting", { skip }, () => {
  let world: World;
  let inside: Participant;
  let guest: Participant;
  before(async () => {
    world = await buildWorld();
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const tile = (name: string) => inside.page.getByTestId("tile").filter({ hasText: name });

  test("a guest joins by Meeting ID and passcode from the landing page", async () => {
    const { link, callId } = await world.deployment.createSpace("With a passcode", PASSCODE);
    inside = await world.open("inside", "Inside", link);
    guest = await world.open("home", "Guest", `https://${JOIN_HOST}/`);
    await explained(world, [guest, inside], async () => {
      await inside.join();
      await guest.page.getByTestId("landing-id").fill(callId.replace(/(...)(?=.)/g, "$1 "));
      await guest.page.getByTestId("passcode").fill(PASSCODE);
      await guest.join();
      await Promise.all([guest.sees("Inside"), inside.sees("Guest")]);
      await exchange(guest, inside);
    });
  });

  test("muting shows at the others and ends the sound", async () => {
    await explained(world, [guest, inside], async () => {
      await guest.page.getByTestId("mic").click();
      const muted = tile("Guest").getByLabel(en.meeting.muted);
      await muted.waitFor();
      // What was still on its way has arrived by then.
      await world.lab.scope.sleep(500);
      const earlier = await inside.media();
      await world.lab.scope.sleep(1500);
      assert.ok((await inside.media()).audioEnergy - earlier.audioEnergy < 1e-4, "silence");
      await guest.page.getByTestId("mic").click();
      await muted.waitFor({ state: "detached" });
      await exchange(guest, inside);
    });
  });

  test("a shared screen is seen beside the camera until it is stopped", async () => {
    await explained(world, [guest, inside], async () => {
      await guest.page.getByTestId("share").click();
      const screen = inside.page.getByTestId("screen");
      await screen.waitFor();
      await screen.locator("video:not(.unseen-picture)").waitFor();
      await exchange(guest, inside);
      await guest.page.getByTestId("share").click();
      await screen.waitFor({ state: "detached" });
    });
  });

  test("a guest whose signalling is cut comes back to the same meeting by itself", async () => {
    await explained(world, [guest, inside], async () => {
      await world.deployment.process("core").crash();
      await world.deployment.start("core");
      await world.deployment.reachable();
      await guest.page.getByTestId("mic").click();
      await tile("Guest").getByLabel(en.meeting.muted).waitFor();
      await guest.page.getByTestId("mic").click();
      await exchange(guest, inside);
    });
  });

  test("who leaves is gone from the others' screens", async () => {
    await explained(world, [guest, inside], async () => {
      await guest.leave();
      await tile("Guest").first().waitFor({ state: "detached", timeout: 5000 });
    });
  });
});
