import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { SpaceDoor } from "../lab/index.ts";
import { exchange, type Participant } from "./participant.ts";
import { Guest } from "./requests.ts";
import { buildWorld, explained, skip, type World } from "./world.ts";

/** The lobby answers after 25 s at the latest; sooner than this something on the road would have given up. */
const LONG_MS = 20_000;

describe("the lobby, over the edge", { skip }, () => {
  let world: World;
  let doors: { readonly host: SpaceDoor; readonly guest: SpaceDoor };
  let host: Participant;
  let early: Participant;
  let outside: Guest;
  before(async () => {
    world = await buildWorld();
    doors = await world.deployment.createLobby("With a lobby");
    outside = new Guest(world.lab, world.deployment, "home");
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const ask = async (path: string, body: object) => (await outside.post(path, body)).json;
  const comes = (name: string) =>
    ask("/api/join", { callId: doors.guest.callId, secret: doors.guest.secret, name }) as unknown as Promise<Waiting>;
  /** The waiting room of the page, with the reason for waiting. */
  const waits = (person: Participant, why: string) =>
    person.page.locator(`[data-testid=lobby][data-why=${why}]`).waitFor();
  /** A button beside somebody who waits, as the host sees it. */
  const beside = (name: string, button: string) =>
    host.page.getByTestId("waiting").filter({ hasText: name }).getByTestId(button);

  test("nobody on the road gives a long poll up: who waits is told so after 25 s", async () => {
    const { result, why, token } = await comes("Patient");
    assert.deepEqual([result, why], ["waiting", "host-not-here"]);
    const started = performance.now();
    const still = await ask("/api/lobby", { token });
    assert.deepEqual([still.result, still.why], ["waiting", "host-not-here"], JSON.stringify(still));
    assert.ok(performance.now() - started > LONG_MS, "the whole poll");
  });

  test("who waits has a token for nothing but waiting", async () => {
    const { token } = await comes("Cunning");
    const refused = await outside.post("/api/control", { token, action: { do: "unlock" } });
    assert.notEqual(refused.status, 200);
    assert.equal("done" in refused.json, false);
  });

  test("a guest outside who is early waits, and is in as soon as a host inside is there", async () => {
    early = await world.open("home", "Early", doors.guest.link);
    host = await world.open("inside", "Hana", doors.host.link);
    await explained(world, [early, host], async () => {
      await early.join();
      await waits(early, "host-not-here");
      await host.join();
      await Promise.all([early.sees("Hana"), host.sees("Early")]);
      await exchange(early, host);
    });
  });

  test("a locked meeting lets a guest in when the host admits, and not one whom the host refuses", async () => {
    await explained(world, [host, early], async () => {
      await host.page.getByTestId("people").click();
      await host.page.getByTestId("lock").click();
      await early.page.getByTestId("locked").waitFor();
    });
    // After the lock: the page asks for its admission as soon as there is a name, before the click on Join.
    const late = await world.open("home", "Late", doors.guest.link);
    const other = await world.open("home", "Unknown", doors.guest.link);
    await explained(world, [host, early, late, other], async () => {
      for (const person of [late, other]) {
        await person.join();
        await waits(person, "locked");
      }
      await beside("Unknown", "refuse").click();
      await other.page.locator("[data-testid=ended][data-reason=refused]").waitFor();
      await beside("Late", "admit").click();
      await Promise.all([late.sees("Hana"), host.sees("Late")]);
      await exchange(late, host);
    });
  });
});

interface Waiting {
  readonly result: string;
  readonly why: string;
  readonly token: string;
}
