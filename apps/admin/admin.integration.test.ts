import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { generateSync } from "otplib/functional";
import type { Browser, Page } from "playwright-core";
import { Scope } from "#base";
import { buildApps } from "../../scripts/build.ts";
import { adminWorld, PASSWORD } from "./testing.ts";
import { openChromium, signIn, type Visit, visit } from "./testing-browser.ts";

let browser: Browser;
let scope: Scope;
let world: Awaited<ReturnType<typeof adminWorld>>;
let seen: Visit;
let page: Page;

before(async () => {
  await buildApps(["admin"]);
  browser = await openChromium();
});
after(() => browser?.close());

beforeEach(async () => {
  scope = new Scope();
  world = await adminWorld(scope);
  seen = await visit(scope, browser);
  page = seen.page;
});
afterEach(async () => {
  assert.deepEqual(seen.complaints, []);
  await scope.close();
});

const open = (path: string) => page.goto(world.url + path);
const heading = (name: string | RegExp) => page.getByRole("heading", { level: 1, name }).waitFor();
const notice = (text: string) => page.locator(".notice", { hasText: text }).waitFor();

const turnServer = () =>
  world.storage.change((writer) =>
    writer.insert({
      noun: "turnServer",
      fields: { serverAddress: "10.0.1.2", clientAddress: "203.0.113.10", type: "cms", password: "hidden-secret" },
    }),
  );

describe("signing in", () => {
  test("a wrong password is refused in words, the right one opens the page that was asked for", async () => {
    await open("/configuration/users");
    await page.getByLabel("Username").fill("ann");
    await page.getByLabel("Password").fill("not the password");
    await page.getByTestId("sign-in").click();
    await page.getByText("name or password is wrong").waitFor();
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByTestId("sign-in").click();
    await heading("Users");
  });

  test("signing out leads back to the form, and nothing is shown any more", async () => {
    await signIn(page, world.url);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("You are signed out.").waitFor();
    await open("/configuration/spaces");
    await heading("Sign in");
  });

  test("a session that has ended elsewhere is noticed, and says so", async () => {
    await signIn(page, world.url);
    await page.context().clearCookies();
    await page.getByText(/You were signed out/).waitFor();
  });

  test("with an authenticator set up, its code is asked for, and one that was used is refused", async () => {
    await signIn(page, world.url);
    await open("/account");
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByRole("img", { name: "QR code" }).waitFor();
    const secret = (await page.locator(".enrolment-key code").innerText()).replace(/\s/g, "");
    const codeIn = (seconds: number) => generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + seconds });
    const used = codeIn(0);
    await page.getByLabel("Six-digit code").fill(used);
    await page.getByRole("button", { name: "Turn on" }).click();
    await notice("From now on a code is asked for");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Username").fill("ann");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByTestId("sign-in").click();
    await page.getByLabel("Code of your authenticator").fill(used);
    await page.getByTestId("sign-in").click();
    await page.getByText(/the code is wrong, was used before/).waitFor();
    await page.getByLabel("Code of your authenticator").fill(codeIn(30));
    await page.getByTestId("sign-in").click();
    await heading("Your account");
  });

  test("who may only look is offered nothing that changes something", async () => {
    await turnServer();
    await signIn(page, world.url, "reader");
    await page.getByRole("link", { name: "TURN servers" }).click();
    await page.getByRole("heading", { name: "10.0.1.2" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Test now" }).count(), 0);
    await page.getByRole("link", { name: "Spaces" }).click();
    await heading("Spaces");
    assert.equal(await page.getByRole("button", { name: "Create space" }).count(), 0);
  });
});

describe("by keyboard alone", () => {
  test("one signs in, skips to the content, walks to a page and opens a dialog that gives the focus back", async () => {
    await open("/");
    await page.getByLabel("Username").waitFor();
    await page.keyboard.type("ann");
    await page.keyboard.press("Tab");
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await heading("General");
    assert.equal(await focused(), "General", "the heading of the page that came instead of the form");
    await page.reload();
    await heading("General");
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "Skip to the content");
    for (let i = 0; (await focused()) !== "Spaces"; i++) {
      assert.ok(i < 20, "the navigation is reached");
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await heading("Spaces");
    assert.equal(await focused(), "Spaces", "the new page's heading");
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "Create space");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal(await focused(), "Create space");
  });
});

const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");

describe("spaces", () => {
  test("one is made, has a link, gets an access method, is renamed and deleted", async () => {
    await signIn(page, world.url);
    await page.getByRole("link", { name: "Spaces" }).click();
    await page.getByRole("button", { name: "Create space" }).click();
    await page.getByLabel("Name", { exact: true }).fill('Review <b>"of"</b> things');
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await heading('Review <b>"of"</b> things');
    await page.getByText(/^https:\/\/join\.example\.com\/meeting\/\d{9}\?secret=/).waitFor();
    await page.getByRole("button", { name: "Add access method" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Press");
    await page.getByRole("dialog").getByRole("button", { name: "Create" }).click();
    await page.getByRole("link", { name: "Press" }).waitFor();
    await page.getByLabel("Name", { exact: true }).fill("Review");
    await page.getByRole("button", { name: "Save changes" }).click();
    await notice("Saved");
    await heading("Review");
    await page.getByRole("button", { name: "Delete space" }).click();
    await page.getByTestId("confirm").click();
    await heading("Spaces");
    assert.equal((await world.storage.list("coSpace")).total, 0);
  });

  test("a space made from the lobby's template has a way in for hosts and one for guests", async () => {
    await signIn(page, world.url);
    await open("/configuration/spaces");
    await page.getByRole("button", { name: "Create space" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Weekly");
    await page.getByLabel("Template").selectOption({ label: "Meeting with lobby" });
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await heading("Weekly");
    const methods = page.getByRole("table", { name: "Access methods" });
    for (const name of ["Host", "Guest"]) await methods.getByRole("link", { name, exact: true }).waitFor();
  });

  test("of 10,000 spaces one page is shown, and the filter finds one", async () => {
    await world.storage.change(async (writer) => {
      for (let i = 0; i < 10_000; i++)
        await writer.insert({ noun: "coSpace", fields: { name: `Room ${i}`, callId: String(100_000_000 + i) } });
    });
    await signIn(page, world.url);
    await open("/configuration/spaces");
    await page.getByText("1–20 of 10,000").waitFor();
    assert.equal(await page.getByRole("row").count(), 21);
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText("21–40 of 10,000").waitFor();
    await page.getByRole("searchbox").fill("Room 9876");
    await page.getByText("1–1 of 1").waitFor();
  });
});

describe("objects of the API", () => {
  test("a TURN server is shown as table and as XML, changed by its form, and its password never shown", async () => {
    const { id } = await turnServer();
    await signIn(page, world.url);
    await open(`/configuration/api/turnServers/${id}`);
    await heading("10.0.1.2");
    await page.getByRole("row", { name: "clientAddress 203.0.113.10" }).waitFor();
    await page.getByRole("row", { name: "password - present" }).waitFor();
    await page.getByRole("tab", { name: "Table view" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByText("<serverAddress>10.0.1.2</serverAddress>").waitFor();
    assert.ok(!(await page.content()).includes("hidden-secret"));
    assert.ok(await page.getByLabel("Set clientAddress").isChecked());
    assert.ok(!(await page.getByLabel("Set tcpPortNumberOverride").isChecked()));
    await page.getByLabel("tcpPortNumberOverride", { exact: true }).fill("99999");
    assert.ok(await page.getByLabel("Set tcpPortNumberOverride").isChecked());
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByText("Enter a number from 1 to 65535.").waitFor();
    await page.getByLabel("tcpPortNumberOverride", { exact: true }).fill("3478");
    await page.getByLabel("Set clientAddress").uncheck();
    await page.getByRole("button", { name: "Save changes" }).click();
    await notice("Saved");
    const { fields } = (await world.storage.get("turnServer", id))!;
    assert.deepEqual([fields.tcpPortNumberOverride, fields.clientAddress], [3478, undefined]);
    assert.equal(fields.password, "hidden-secret");
  });

  test("when somebody else changed it meanwhile, both values are shown and the chosen one holds", async () => {
    const { id } = await turnServer();
    await signIn(page, world.url);
    await open(`/configuration/api/turnServers/${id}`);
    await page.getByLabel("serverAddress", { exact: true }).fill("10.0.1.3");
    await page.getByLabel("type", { exact: true }).selectOption("standard");
    await world.storage.change((writer) => writer.update("turnServer", id, { serverAddress: "10.0.1.4" }));
    await page.getByRole("button", { name: "Save changes" }).click();
    const dialog = page.getByRole("dialog", { name: "Changed meanwhile" });
    await dialog.getByText("10.0.1.4").waitFor();
    await dialog.getByRole("radio", { name: /Yours/ }).check();
    await dialog.getByRole("button", { name: "Go on with these" }).click();
    await page.getByRole("button", { name: "Save changes" }).click();
    await notice("Saved");
    const { fields } = (await world.storage.get("turnServer", id))!;
    assert.deepEqual([fields.serverAddress, fields.type], ["10.0.1.3", "standard"]);
  });

  test("unsaved changes are not lost by a click on a link", async () => {
    const { id } = await turnServer();
    await signIn(page, world.url);
    await open(`/configuration/api/turnServers/${id}`);
    await page.getByLabel("username", { exact: true }).fill("someone");
    await page.getByRole("link", { name: "Users" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    assert.equal(await page.getByLabel("username", { exact: true }).inputValue(), "someone");
    await page.getByRole("link", { name: "Users" }).click();
    await page.getByTestId("confirm").click();
    await heading("Users");
  });

  test("a reference is chosen from a list, and deleting must be allowed first", async () => {
    const { id } = await turnServer();
    await world.storage.change((writer) => writer.insert({ noun: "callBridge", fields: { name: "cb-north" } }));
    await signIn(page, world.url);
    await open(`/configuration/api/turnServers/${id}`);
    await page.getByRole("button", { name: "Choose callBridge", exact: true }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /cb-north/ })
      .click();
    await page.getByRole("button", { name: "Save changes" }).click();
    await notice("Saved");
    await page.getByRole("link", { name: "cb-north" }).waitFor();
    assert.ok(await page.getByRole("button", { name: "Delete" }).isDisabled());
    await page.getByLabel("Allow delete").check();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByTestId("confirm").click();
    await heading("turnServers");
    assert.equal((await world.storage.list("turnServer")).total, 0);
  });
});

describe("what is going on", () => {
  test("new lines of the event log come by themselves, are filtered, and wait while the log is paused", async () => {
    world.events.write("info", "an old line");
    await signIn(page, world.url);
    await open("/logs/events");
    await page.getByText("an old line").waitFor();
    await page.getByText("live", { exact: true }).waitFor();
    world.events.write("warning", "call 7: ICE failure 4 (unauthorized - check credentials)");
    await page.getByText("ICE failure 4").waitFor();
    await page.getByRole("checkbox", { name: "Info" }).uncheck();
    await page.getByText("an old line").waitFor({ state: "detached" });
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    world.events.write("error", "came while paused");
    await page.getByText("1 new line").waitFor();
    assert.equal(await page.getByText("came while paused").count(), 0);
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByText("came while paused").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Export" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "event-log.txt");
  });

  test("a call shows its people; one is muted, another let in from the lobby, and the call is ended", async () => {
    const { id } = world.calls.addCall({ name: "Stand-up", numWaiting: 1 });
    world.calls.addParticipant(id, { name: "Ana" });
    world.calls.addParticipant(id, { name: "Zé", state: "lobby" }, { state: "lobby" });
    await signIn(page, world.url);
    await page.getByRole("link", { name: "Calls" }).click();
    await page.getByText("1 waiting in the lobby").waitFor();
    await page.getByRole("button", { name: "Admit Zé" }).click();
    await notice("Zé was admitted");
    await page.getByRole("button", { name: "Mute Ana" }).click();
    await page.getByRole("button", { name: "End call" }).click();
    await page.getByTestId("confirm").click();
    await page.getByText("Nobody is in a call.").waitFor();
    assert.match(world.calls.asked.join("\n"), /participant .*"deactivated":false[\s\S]*leg .*"rxAudioMute":true/);
  });

  test("an alarm is a fault in words with its remedy, and is gone when it is cleared", async () => {
    world.alarms.raise({ type: "turnServerUnavailable", text: "The edge refuses us", remedy: "Mend the secret." });
    await signIn(page, world.url);
    await page.getByText("The edge refuses us").waitFor();
    await page.getByText("Mend the secret.").waitFor();
    world.alarms.clear("turnServerUnavailable");
    await page.getByText("No fault conditions").waitFor();
  });

  test("a TURN server is tested at once, and tracing is switched on for a while", async () => {
    await turnServer();
    await signIn(page, world.url);
    await page.getByRole("link", { name: "TURN servers" }).click();
    await page.getByRole("cell", { name: "1 ms" }).waitFor();
    await page.getByRole("button", { name: "Test now" }).click();
    await page.getByRole("cell", { name: "2 ms" }).waitFor();
    await page.getByRole("link", { name: "Detailed tracing" }).click();
    await page.getByRole("button", { name: "Trace ice for 10 minutes" }).click();
    await page.getByText(/on, (9:5\d|10:00) left/).waitFor();
  });

  test("while the server is away the page says so and keeps what it knows", async () => {
    await signIn(page, world.url);
    await page.getByText("No fault conditions").waitFor();
    await page.context().setOffline(true);
    await page.getByText(/The server does not answer/).waitFor();
    assert.ok(await page.getByText("No fault conditions").isVisible());
    await page.context().setOffline(false);
    await page.getByText(/The server does not answer/).waitFor({ state: "detached" });
  });
});
