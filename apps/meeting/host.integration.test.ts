import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { buildApps } from "../../scripts/build.ts";
import { en } from "./strings/en.ts";
import { barriers, type Guest, launchBrowser, newGuest } from "./testing-browser.ts";
import { type TestServer, testServer } from "./testing-server.ts";

let browser: Browser;
let server: TestServer;
const people: Guest[] = [];

before(async () => {
  await buildApps();
  server = await testServer();
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});
afterEach(async () => {
  const left = people.splice(0);
  for (const { context } of left) await context.close();
  for (const { complaints } of left) assert.deepEqual(complaints, []);
});

async function person(): Promise<Guest> {
  const guest = await newGuest(browser);
  people.push(guest);
  return guest;
}

/** Somebody who has opened the link, typed a name and pressed Join. */
async function comes(name: string, path: string): Promise<Page> {
  const { page } = await person();
  await page.goto(server.url + path);
  await page.getByTestId("name").fill(name);
  await page.getByTestId("join").click();
  return page;
}

const isIn = (page: Page) => page.getByTestId("meeting").waitFor();
const waits = (page: Page, why: string) => page.locator(`[data-testid=lobby][data-why=${why}]`).waitFor();
const isOut = (page: Page, reason: string) => page.locator(`[data-testid=ended][data-reason=${reason}]`).waitFor();
const row = (page: Page, name: string) => page.getByTestId("person").filter({ hasText: name });
const own = (page: Page) => page.getByTestId("tile").filter({ hasText: en.meeting.you }).getAttribute("data-id");

async function acts(host: Page, name: string, action: string): Promise<void> {
  await row(host, name).getByTestId("person-actions").click();
  await row(host, name).getByTestId(`do-${action}`).click();
}

describe("the waiting room", () => {
  test("a guest waits until the host is there, and is then told and let in", async () => {
    const space = await server.addLobbySpace("Weekly");
    const guest = await comes("Anna", space.guest);
    await waits(guest, "host-not-here");
    assert.match(await guest.title(), /Waiting · Weekly/);
    assert.deepEqual(await barriers(guest), []);
    await guest.getByTestId("preview-mic").click();
    const host = await comes("Hugo", space.host);
    await isIn(host);
    await isIn(guest);
    await guest.waitForFunction(() => document.title.includes("Weekly"));
    assert.equal(await guest.getByTestId("mic").getAttribute("data-on"), "false");
  });

  test("a lost network is told, and does not cost the place", async () => {
    const space = await server.addLobbySpace("Offline");
    const guest = await comes("Anna", space.guest);
    await waits(guest, "host-not-here");
    await guest.context().setOffline(true);
    // What is being waited for does not break by itself.
    await guest.getByTestId("lobby-trouble").waitFor({ timeout: 40_000 });
    await guest.context().setOffline(false);
    await guest.getByTestId("lobby-trouble").waitFor({ state: "detached" });
    await isIn(await comes("Hugo", space.host));
    await isIn(guest);
  });

  test("who leaves it comes back to the form", async () => {
    const space = await server.addLobbySpace("Left");
    const guest = await comes("Anna", space.guest);
    await waits(guest, "host-not-here");
    await guest.getByTestId("lobby-leave").click();
    assert.equal(await guest.getByTestId("name").inputValue(), "Anna");
  });
});

describe("a host", () => {
  test("locks, admits, mutes, moves to the waiting room, refuses, removes and ends", async () => {
    const space = await server.addLobbySpace("Steered");
    const host = await comes("Hugo", space.host);
    await isIn(host);
    const anna = await comes("Anna", space.guest);
    await isIn(anna);
    await host.getByTestId("people").click();
    await host.getByTestId("lock").click();
    await anna.getByTestId("locked").waitFor();

    const bea = await comes("Bea", space.guest);
    await waits(bea, "locked");
    await host.getByTestId("waiting").filter({ hasText: "Bea" }).waitFor();
    assert.deepEqual(await barriers(host), []);
    await host.getByTestId("people").click();
    await host.getByTestId("toast-admit").press("Enter");
    await isIn(bea);

    await host.getByTestId("people").click();
    await acts(host, "Bea", "mute");
    await bea.getByText(en.host.notices.mutedByHost).waitFor();
    assert.equal(await bea.getByTestId("mic").getAttribute("data-on"), "false");
    await bea.getByTestId("mic").click();
    await bea.locator("[data-testid=mic][data-on=true]").waitFor();

    await acts(host, "Bea", "toLobby");
    await waits(bea, "sent-back");
    await host.getByTestId("waiting").getByTestId("admit").click();
    await isIn(bea);

    const carla = await comes("Carla", space.guest);
    await waits(carla, "locked");
    await host.getByTestId("waiting").getByTestId("refuse").click();
    await isOut(carla, "refused");

    await acts(host, "Anna", "remove");
    await host.getByTestId("confirm-yes").click();
    await isOut(anna, "removed");

    await host.getByTestId("leave").click();
    await host.getByTestId("end-for-all").click();
    await isOut(bea, "over");
    await isOut(host, "over");
  });

  test("makes somebody a host, who may then do the same", async () => {
    const space = await server.addLobbySpace("Made host");
    const host = await comes("Hugo", space.host);
    await isIn(host);
    const guest = await comes("Anna", space.guest);
    await isIn(guest);
    await guest.getByTestId("people").click();
    assert.equal(await guest.getByTestId("lock").count(), 0);
    assert.equal(await guest.getByTestId("person-actions").count(), 0);
    await host.getByTestId("people").click();
    await acts(host, "Anna", "makeHost");
    await guest.getByText(en.host.notices.madeHost).waitFor();
    await guest.getByTestId("lock").click();
    await host.getByTestId("locked").waitFor();
    await host.getByTestId("mute-all").click();
    await guest.getByText(en.host.notices.mutedByHost).waitFor();
  });
});

describe("a guest", () => {
  test("who reloads the page comes back as the same one", async () => {
    const space = await server.addLobbySpace("Reloaded");
    await isIn(await comes("Hugo", space.host));
    const guest = await comes("Anna", space.guest);
    await isIn(guest);
    const before = await own(guest);
    await guest.reload();
    await guest.getByTestId("join").click();
    await isIn(guest);
    assert.ok(before);
    assert.equal(await own(guest), before);
  });

  test("finds disabled what the rules forbid, and learns why", async () => {
    await server.changeGuests({ muteSelfAllowed: false, presentationContributionAllowed: false });
    const space = await server.addLobbySpace("Strict");
    const host = await comes("Hugo", space.host);
    await isIn(host);
    const guest = await comes("Anna", space.guest);
    await isIn(guest);
    assert.equal(await guest.getByTestId("share").getAttribute("aria-description"), en.host.forbidden.share);
    await host.getByTestId("people").click();
    await acts(host, "Anna", "mute");
    await guest.getByText(en.host.notices.mutedForGood).waitFor();
    assert.equal(await guest.getByTestId("mic").getAttribute("aria-disabled"), "true");
    // It can be reached and pressed, so that everybody can learn why it does nothing.
    await guest.getByTestId("mic").click({ force: true });
    await guest.getByTestId("notice").getByText(en.host.forbidden.unmute).waitFor();
    assert.equal(await guest.getByTestId("mic").getAttribute("data-on"), "false");
    await server.changeGuests({ muteSelfAllowed: true, presentationContributionAllowed: true });
  });
});
