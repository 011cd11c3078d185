import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { en } from "../apps/meeting/strings/en.ts";
import { ANSWER_WITHIN_MS, exchange, type Participant } from "./participant.ts";
import { buildWorld, explained, skip, type World } from "./world.ts";

describe("when something is broken, the app says what", { skip }, () => {
  let world: World;
  before(async () => {
    world = await buildWorld();
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  /** Clicks Join and checks code, sentence and time. */
  async function fails(guest: Participant, code: keyof typeof en.failures): Promise<void> {
    await explained(world, [guest], async () => {
      await guest.join();
      const failure = await guest.failure();
      assert.equal(failure.code, code);
      assert.ok(failure.sentence.includes(en.failures[code]), failure.sentence);
      assert.ok(failure.ms < ANSWER_WITHIN_MS);
    });
    await guest.close();
  }

  test("a meeting that does not exist, and one with a wrong secret, get one and the same answer", async () => {
    const { callId } = await world.deployment.createSpace("Elsewhere");
    const missing = callId === "123456789" ? "987654321" : "123456789";
    const linkTo = (id: string) => world.link.replace(/\/meeting\/\d+\?secret=.*$/, `/meeting/${id}?secret=wrong`);
    await fails(await world.open("home", "Guest", linkTo(missing)), "JOIN_REFUSED");
    await fails(await world.open("home", "Guest", linkTo(callId)), "JOIN_REFUSED");
  });

  test("a tunnel that has stopped", async () => {
    const guest = await world.open("home", "Guest");
    await world.deployment.process("core").crash();
    await fails(guest, "EDGE_TUNNEL_DOWN");
    await world.deployment.start("core");
    await world.deployment.reachable();
  });

  test("an edge that is started anew: who joins meanwhile is told, and is in the meeting by itself soon after", async () => {
    const { deployment } = world;
    const inside = await world.open("inside", "Inside");
    const guest = await world.open("home", "Guest");
    await explained(world, [inside, guest], async () => {
      await inside.join();
      await deployment.process("edge").crash();
      await guest.join();
      assert.equal((await guest.failure()).code, "APP_OFFLINE");
      await guest.page.getByTestId("trying").waitFor();
      await deployment.start("edge");
      await deployment.reachable();
      await guest.sees("Inside");
      await exchange(inside, guest);
    });
    await Promise.all([inside.close(), guest.close()]);
  });

  test("a TURN secret that is no longer the edge's", async () => {
    const { deployment } = world;
    await deployment.process("meeting-server").close();
    await deployment.process("edge").close();
    const secret = join(deployment.dir, "edge", "secrets", "turn");
    writeFileSync(secret, randomBytes(32).toString("base64url"), { mode: 0o600 });
    await deployment.start("edge");
    await deployment.start("meeting-server");
    await deployment.reachable();
    await fails(await world.open("home", "Guest"), "MEDIA_NO_RELAY");
  });
});
