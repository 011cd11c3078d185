import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { Scope } from "#base";
import type { ControlAction, JoinAnswer } from "#bridge-link";
import { createAccessMethod } from "#spaces";
import type { Fields } from "#storage";
import { until } from "#until";
import { INSIDE, type TestBridge, testBridge } from "./testing-browser.ts";
import { launch, openPage, q, showMeeting, untilPage } from "./testing-page.ts";
import { HOST } from "./testing-world.ts";

const scope = new Scope();
let browser: Browser;
let world: TestBridge;

before(async () => {
  browser = await launch();
  world = await testBridge(scope);
});

after(async () => {
  await browser?.close();
  await scope.close();
});

const media = (who: string, source: string, number: string) =>
  `rising(() => media(${q(who)}, ${q(source)}).then(m => m.${number}))`;

test("a host and two guests, with livekit-client unmodified: lobby, mutes, removal and the end", async (t) => {
  const [hostWay, guestWay] = [await way("Host", HOST), await way("Guest", { needsActivation: true })];
  const early = await join("Gil", guestWay);
  assert.equal(early.result, "waiting");
  const news = world.bridge.lobby((early as { token: string }).token, INSIDE);
  const host = await join("Hana", hostWay);
  const hana = await enter(host);
  const gilAnswer = await news;
  const gil = await enter(gilAnswer);
  const lia = await enter(await join("Lia", guestWay));
  const control = (action: ControlAction) => world.bridge.control(tokenOf(host), action, INSIDE);
  const gilId = identityOf(gilAnswer);

  await t.test("who was let in from the lobby is seen and heard, and everyone knows its role", async () => {
    await untilPage(hana, "Gil's camera moves", media("Gil", "camera", "framesDecoded"));
    await untilPage(hana, "Gil is heard", media("Gil", "microphone", "totalAudioEnergy"));
    assert.equal(await hana.evaluate("room.localParticipant.attributes['turnpike.role']"), "host");
    assert.equal(await gil.evaluate("room.localParticipant.attributes['turnpike.role']"), "guest");
    await untilPage(
      gil,
      "it knows the host",
      "[...room.remoteParticipants.values()].some(p => p.attributes['turnpike.role'] === 'host')",
    );
  });

  await t.test("muted by the host, nothing is heard; the guest opens its microphone again", async () => {
    assert.deepEqual(await control({ do: "mute", participant: gilId }), { done: true });
    await untilPage(gil, "its microphone is off", "!room.localParticipant.isMicrophoneEnabled");
    await untilPage(hana, "Gil shows as muted", "publication('Gil', 'microphone').isMuted");
    await untilPage(hana, "Gil is silent", `${media("Gil", "microphone", "totalAudioEnergy")}.then(heard => !heard)`);
    await gil.evaluate("room.localParticipant.setMicrophoneEnabled(true)");
    await untilPage(hana, "Gil is heard again", media("Gil", "microphone", "totalAudioEnergy"));
    const leg = world.bridge.calls.callLegs().find(({ name }) => name === "Gil");
    assert.equal(leg?.rules.rxAudioMute, false);
  });

  await t.test("a stopped camera stays dark until the host allows it again", async () => {
    await control({ do: "stopVideo", participant: gilId });
    await untilPage(gil, "its camera is off", "!room.localParticipant.isCameraEnabled");
    await untilPage(hana, "Gil's camera is off", "publication('Gil', 'camera').isMuted");
    await control({ do: "startVideo", participant: gilId });
    await gil.evaluate("room.localParticipant.setCameraEnabled(true)");
    await untilPage(hana, "Gil's camera moves", media("Gil", "camera", "framesDecoded"));
  });

  await t.test("the host sees in the room who waits; the guests see that it is locked", async () => {
    await control({ do: "lock" });
    await untilPage(gil, "it is locked", "JSON.parse(room.metadata).locked");
    const late = await join("Leo", guestWay);
    assert.equal(late.result, "waiting");
    await untilPage(hana, "Leo waits", "JSON.parse(room.metadata).waiting?.[0]?.name === 'Leo'");
    assert.equal(await gil.evaluate("JSON.parse(room.metadata).waiting"), undefined);
    await control({ do: "refuse", participant: identityOf(late) });
    await untilPage(hana, "nobody waits", "JSON.parse(room.metadata).waiting.length === 0");
  });

  await t.test("the numbers of a leg show what it sends and receives", async () => {
    const { calls } = world.bridge;
    const received = () => calls.callLegs().find(({ name }) => name === "Hana")?.media?.rx ?? [];
    await until(() =>
      received().some(({ kind, codec, bitRate }) => kind === "audio" && codec === "opus" && bitRate > 0),
    );
    await until(() => calls.totals().videoBitRateIncoming > 0);
  });

  await t.test("a removed guest is out and stays out with its token; the end is told to all", async () => {
    await control({ do: "remove", participant: gilId });
    await untilPage(gil, "Gil is out", "ended.length > 0");
    // DisconnectReason.PARTICIPANT_REMOVED
    assert.equal(await gil.evaluate("ended[0]"), 4);
    await untilPage(hana, "Gil is gone", "room.remoteParticipants.size === 1");
    const refused = `join(${q(world.url.replace("http", "ws"))}, ${q(tokenOf(gilAnswer))}, "made").then(() => "in", () => "out")`;
    assert.equal(await gil.evaluate(refused), "out");
    await control({ do: "endForAll" });
    for (const page of [hana, lia]) {
      await untilPage(page, "the meeting has ended", "ended.length > 0");
      // DisconnectReason.ROOM_DELETED
      assert.equal(await page.evaluate("ended[0]"), 5);
    }
  });
});

async function way(name: string, rules: Fields) {
  const method = await world.storage.change(async (writer) => {
    const profile = await writer.insert({ noun: "callLegProfile", fields: { name, ...rules } });
    return createAccessMethod(writer, world.space.id, { name, callLegProfile: profile.id }, { requireCallId: true });
  });
  return { callId: String(method.fields.callId), secret: String(method.fields.secret) };
}

const join = (name: string, how: { callId: string; secret: string }) => world.bridge.join({ ...how, name }, INSIDE);

async function enter(answer: JoinAnswer): Promise<Page> {
  return showMeeting(await openPage(browser), world, answer, "made");
}

function tokenOf(answer: JoinAnswer): string {
  assert.equal(answer.result, "admitted", JSON.stringify(answer));
  return (answer as { token: string }).token;
}

function identityOf(answer: JoinAnswer): string {
  return answer.result === "refused" ? "" : answer.participant.identity;
}
