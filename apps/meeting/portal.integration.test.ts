import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { buildApps } from "../../scripts/build.ts";
import { en } from "./strings/en.ts";
import { portalEn } from "./strings/portal/en.ts";
import { barriers, type Guest, launchBrowser, newGuest } from "./testing-browser.ts";
import { type TestServer, testServer } from "./testing-server.ts";

const PASSWORD = "correct horse battery";
const ANA = { jid: "ana@example.com", name: "Ana Souza" };
const BRUNO = { jid: "bruno@example.com", name: "Bruno Lima" };

let browser: Browser;
let server: TestServer;
const people: Guest[] = [];

before(async () => {
  await buildApps();
  server = await testServer();
  browser = await launchBrowser();
  for (const { jid, name } of [ANA, BRUNO]) await server.addUser(jid, name, PASSWORD);
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

async function someone(path = "/"): Promise<Page> {
  const guest = await newGuest(browser);
  people.push(guest);
  await guest.page.goto(server.url + path);
  return guest.page;
}

async function fillIn(page: Page, jid: string, password = PASSWORD): Promise<void> {
  await page.locator("[name=username]").fill(jid);
  await page.locator("[name=password]").fill(password);
  await page.getByTestId("sign-in-submit").click();
}

async function signedIn(jid: string): Promise<Page> {
  const page = await someone("/sign-in");
  await fillIn(page, jid);
  await page.waitForURL("**/spaces");
  return page;
}

async function makesSpace(page: Page, name: string, kind: string): Promise<void> {
  await page.getByTestId("new-space").click();
  const dialog = page.getByTestId("create-space");
  await dialog.getByLabel(portalEn.create.name, { exact: true }).fill(name);
  await dialog.getByText(kind, { exact: true }).click();
  await dialog.getByTestId("submit").click();
  await page.getByTestId("space-name").filter({ hasText: name }).waitFor();
}

const isClean = async (page: Page) => assert.deepEqual(await barriers(page), []);
const copied = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

test("one signs in from the landing page; a wrong password is told in its place", async () => {
  const page = await someone();
  await page.getByTestId("to-sign-in").click();
  await page.locator("[name=username]").waitFor();
  await isClean(page);
  await page.getByTestId("sign-in-submit").click();
  await page.getByText(portalEn.signIn.missing).waitFor();
  await fillIn(page, ANA.jid, "wrong password");
  await page.getByTestId("problem").getByText(portalEn.failures.SIGN_IN_REFUSED).waitFor();
  await fillIn(page, ANA.jid);
  await page.getByTestId("no-spaces").waitFor();
  await isClean(page);
  await page.getByTestId("sign-out").click();
  await page.getByTestId("to-sign-in").waitFor();
});

test("a space with a waiting room is made, its invitation copied, joined as host, and deleted", async () => {
  const page = await signedIn(ANA.jid);
  await makesSpace(page, "Board", "Meeting with lobby");
  await isClean(page);

  const door = page.locator("[data-testid=door][data-hosts=false]");
  await door.getByTestId("copy-link").click();
  const link = await copied(page);
  assert.match(link, /^https:\/\/localhost\/meeting\/\d{9}\?secret=/);
  await door.getByTestId("invite").click();
  await page.getByLabel("Português").check();
  await page.waitForFunction(() => /convidado/.test(document.querySelector("textarea")?.value ?? ""));
  await isClean(page);
  await page.getByTestId("copy-invitation").click();
  assert.match(await copied(page), /Você foi convidado para a reunião "Board"[\s\S]*ID da reunião: \d{3} \d{3} \d{3}/);
  await page.keyboard.press("Escape");

  await page.getByTestId("join-this-space").click();
  assert.equal(await page.getByTestId("name").inputValue(), ANA.name);
  await page.getByTestId("join").click();
  await page.getByTestId("meeting").waitFor();
  await page.getByTestId("copy-link").click();
  assert.equal(new URL(await copied(page)).pathname, new URL(link).pathname);
  await page.getByTestId("people").click();
  await page.getByTestId("lock").waitFor();
  await page.getByTestId("leave").click();
  await page.getByText(en.landing.spaces).click();

  await page.getByTestId("space").getByText("Board").click();
  await page.getByTestId("delete-space").click();
  await page.getByTestId("confirm-yes").click();
  await page.getByTestId("no-spaces").waitFor();
});

test("passcode, link and name change at once for everybody", async () => {
  const page = await signedIn(ANA.jid);
  await makesSpace(page, "Team", portalEn.create.plain);
  const door = page.getByTestId("door");
  await door.getByTestId("copy-link").click();
  const before = await copied(page);

  await door.getByTestId("change-passcode").click();
  await page.locator("[name=passcode]").fill("12");
  await page.getByTestId("submit").click();
  await page.getByText(portalEn.fields.passcode).waitFor();
  await page.locator("[name=passcode]").fill("2468");
  await page.getByTestId("submit").click();
  await door.getByText("2468").waitFor();

  await door.getByTestId("renew-link").click();
  await page.getByTestId("confirm-yes").click();
  await door
    .locator("a")
    .filter({ hasNotText: before.replace("https://", "") })
    .waitFor();
  const guest = await someone(new URL(before).pathname + new URL(before).search);
  await guest.getByTestId("name").fill("Guest");
  await guest.getByTestId("join").click();
  await guest.getByTestId("failure").getByText(en.failures.JOIN_REFUSED).waitFor();

  await page.getByTestId("edit-space").click();
  await page.locator("[name=name]").fill("Team North");
  await page.locator("[name=uri]").fill("team.north");
  await page.getByTestId("submit").click();
  await page.getByTestId("space-name").filter({ hasText: "Team North" }).waitFor();
  // By its address, as it is said on the phone.
  await guest.goto(server.url);
  await guest.getByTestId("landing-id").fill("team.north@example.com");
  await guest.getByTestId("passcode").fill("2468");
  await guest.getByTestId("join").click();
  await guest.getByTestId("meeting").waitFor();
});

test("a member is found, added, and sees what the membership allows", async () => {
  const page = await signedIn(ANA.jid);
  await makesSpace(page, "Shared", "Meeting with lobby");
  await page.getByTestId("add-member").click();
  await page.locator("[name=query]").fill("brun");
  await page.getByTestId("add-this").click();
  await page.getByText(portalEn.members.added(BRUNO.name)).waitFor();
  await page.keyboard.press("Escape");
  await isClean(page);

  const bruno = await signedIn(BRUNO.jid);
  await bruno.getByTestId("space").getByText("Shared").click();
  await bruno.getByTestId("members").getByText(ANA.name).waitFor();
  for (const absent of ["delete-space", "edit-space", "add-member", "change-passcode", "renew-link"])
    assert.equal(await bruno.getByTestId(absent).count(), 0, absent);
  assert.equal(await bruno.locator("[data-testid=door][data-hosts=true]").count(), 0);

  await page.getByTestId("edit-member").click();
  await page.getByLabel(portalEn.members.permissions.canChangeName).check();
  await page.getByTestId("submit").click();
  await page.getByText(portalEn.members.saved(BRUNO.name)).waitFor();
  await bruno.reload();
  await bruno.getByTestId("edit-space").waitFor();

  await page.getByTestId("remove-member").click();
  await page.getByTestId("confirm-yes").click();
  await page.getByText(portalEn.members.removed(BRUNO.name)).waitFor();
  await bruno.reload();
  await bruno.getByTestId("problem").getByText(portalEn.failures.PORTAL_NOT_FOUND).waitFor();
});

test("a session that has ended leads to sign-in, and from there back to where one was", async () => {
  const page = await signedIn(ANA.jid);
  await makesSpace(page, "Kept", portalEn.create.plain);
  const where = page.url();
  await server.endSessions(ANA.jid, PASSWORD);
  await page.reload();
  await page.getByText(portalEn.signIn.over).waitFor();
  await fillIn(page, ANA.jid);
  await page.getByTestId("space-name").filter({ hasText: "Kept" }).waitFor();
  assert.equal(page.url(), where);
});

test("a join with a session that has ended asks whether to sign in again or to come as a guest", async () => {
  const page = await signedIn(ANA.jid);
  const { guest } = await server.addLobbySpace("Ended");
  await page.goto(server.url + guest);
  await page.getByText(en.landing.signedInAs(ANA.jid)).waitFor();
  await server.endSessions(ANA.jid, PASSWORD);
  await page.getByTestId("join").click();
  await page.getByTestId("signed-out").waitFor();
  await page.getByTestId("name").fill("Ana");
  await page.getByTestId("join").click();
  await page.getByTestId("lobby").waitFor();
});

test("guests load neither the pages of users nor livekit-client before they have seen the first page", async () => {
  const { page } = await newGuest(browser).then((guest) => {
    people.push(guest);
    return guest;
  });
  const early: string[] = [];
  page.on("request", (request) => early.push(new URL(request.url()).pathname));
  await page.goto(server.url, { waitUntil: "commit" });
  await page.getByTestId("join").waitFor();
  const painted = await page.waitForFunction(
    () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
  );
  const firstPage = (await painted.jsonValue()) as number;
  const fetched = await page.evaluate(() =>
    performance.getEntriesByType("resource").map(({ name, startTime }) => ({ name, startTime })),
  );
  assert.ok(!fetched.some(({ name }) => name.includes("portal")));
  // What the click will need is fetched ahead, once there is something to see.
  const before = fetched.filter(({ startTime }) => startTime < firstPage);
  assert.doesNotMatch(before.map(({ name }) => name).join("\n"), /open-|meeting-/);
  assert.ok(!early.includes("/api/me"));
});
