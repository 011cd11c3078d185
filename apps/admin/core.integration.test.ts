import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { Scope } from "#base";
import { buildApps } from "../../scripts/build.ts";
import { openChromium, signIn, type Visit, visit } from "./testing-browser.ts";
import { JOIN_HOST, pairWorld } from "./testing-pair.ts";

const scope = new Scope();
let browser: Browser;
let world: Awaited<ReturnType<typeof pairWorld>>;
let own: Scope;
let seen: Visit;
let page: Page;

before(async () => {
  await buildApps(["admin"]);
  browser = await openChromium();
  world = await pairWorld(scope);
});
after(async () => {
  await browser?.close();
  await scope.close();
});
beforeEach(async () => {
  own = new Scope();
  seen = await visit(own, browser);
  page = seen.page;
  await signIn(page, world.urls.core);
});
afterEach(async () => {
  assert.deepEqual(seen.complaints, []);
  await own.close();
});

const open = (path: string) => page.goto(world.urls.core + path);
const notice = (text: string) => page.locator(".notice", { hasText: text }).waitFor();

test("the start page is the core's: the pair is drawn with tunnels and a Web Bridge that are up", async () => {
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await page.locator(".whose", { hasText: "core-test" }).waitFor();
  await page.getByText("2 of 2 connections up").waitFor();
  await page.getByText("1 of 1 Web Bridge addresses active").waitFor();
  await page.getByText("No fault conditions").waitFor();
});

test("every page of the menu has what it asks for", async () => {
  const links = page.getByRole("navigation", { name: "Pages" }).getByRole("link");
  await links.first().waitFor();
  for (const link of await links.all()) {
    await link.click();
    await page.waitForFunction(() => !document.querySelector(".skeleton"));
    assert.equal(await page.locator(".failure").count(), 0, await link.innerText());
  }
});

test("the tunnels are a row each, as the guide's table, and live", async () => {
  await page.getByRole("link", { name: "SSH tunnels" }).click();
  await page.getByRole("heading", { name: "Unified Communications SSH tunnels status" }).waitFor();
  const rows = page.getByRole("row").filter({ hasText: JOIN_HOST });
  await rows.filter({ hasText: "Active" }).nth(1).waitFor();
  await page.getByRole("button", { name: "Try now" }).click();
  await notice("All failed tunnels are dialled now.");
});

describe("Meeting Server", () => {
  test("a client URI is added, is seen to fail with its reason, is changed and removed; the file says so", async () => {
    await open("/configuration/meeting-server");
    await page.getByText("127.0.0.1").first().waitFor();
    await page.getByRole("button", { name: "Add guest account client URI" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Guest account client URI").fill("https://meet.localhost");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Enter a host name").waitFor();
    await dialog.getByLabel("Guest account client URI").fill("meet.localhost");
    await dialog.getByLabel("Web Bridge address").fill("127.0.0.1:9");
    await dialog.getByRole("button", { name: "Save" }).click();
    await notice("meet.localhost was added.");
    const card = page.getByRole("region", { name: "meet.localhost", exact: true });
    await card.getByText("Failed").waitFor();
    await card.getByText(/refused/).waitFor();
    assert.match(readFileSync(world.coreFile, "utf8"), /meet\.localhost/);

    await card.getByRole("button", { name: "Configure meet.localhost" }).click();
    await dialog.getByLabel("Requests for this name are proxied").uncheck();
    await dialog.getByRole("button", { name: "Save" }).click();
    await notice("meet.localhost was changed.");
    await card.getByText("off", { exact: true }).waitFor();

    await card.getByRole("button", { name: "Remove meet.localhost" }).click();
    await page.getByTestId("confirm").click();
    await notice("meet.localhost was removed.");
    await card.waitFor({ state: "detached" });
    assert.doesNotMatch(readFileSync(world.coreFile, "utf8"), /meet\.localhost/);
  });

  test("the targets are checked at once, and the proxy is switched off and on", async () => {
    await open("/configuration/meeting-server");
    await page.getByRole("button", { name: "Check now" }).click();
    await notice(`${JOIN_HOST} was looked up`);
    await page.getByRole("button", { name: "Turn off: Meeting Server Web Proxy" }).click();
    await page.getByTestId("confirm").click();
    await notice("The web proxy is off.");
    await page.getByRole("button", { name: "Turn on: Meeting Server Web Proxy" }).click();
    await notice("The web proxy is on.");
  });
});

describe("HTTP allow list", () => {
  test("the automatic rules are the guide's two, and cannot be changed", async () => {
    await open("/configuration/allow-list");
    const rows = page.getByRole("row").filter({ hasText: "Meeting Server web bridges" });
    await rows.filter({ hasText: "wss" }).waitFor();
    assert.equal(await rows.count(), 2);
    assert.match(await rows.first().innerText(), /https\s+443\s+Prefix\s+\/\s+GET, POST, PUT, HEAD, DELETE/);
    assert.equal(await page.getByRole("button", { name: /^(Change|Delete) / }).count(), 0);
  });

  test("a rule is added, changed and deleted", async () => {
    await open("/configuration/allow-list?tab=editable");
    await page.getByRole("button", { name: "Add rule" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Description").fill("Reports");
    await dialog.getByLabel("URL").fill(`https://${JOIN_HOST}/reports`);
    await dialog.getByLabel("Choose methods").check();
    await dialog.getByLabel("DELETE", { exact: true }).uncheck();
    await dialog.getByRole("button", { name: "Save" }).click();
    await notice("The rule was added.");
    await page.getByRole("row").filter({ hasText: "Reports" }).getByText("GET, POST, PUT, HEAD").waitFor();
    await page.getByRole("button", { name: "Change Reports" }).click();
    await dialog.getByLabel("The rule is in force").uncheck();
    await dialog.getByRole("button", { name: "Save" }).click();
    await notice("The rule was changed.");
    await page.getByRole("button", { name: "Delete Reports" }).click();
    await page.getByTestId("confirm").click();
    await notice("The rule was deleted.");
    await page.getByText("There is no editable rule.").waitFor();
  });

  test("CSV is tried before it is taken; a wrong line is named", async () => {
    await open("/configuration/allow-list?tab=upload");
    const csv = (text: string) => ({ name: "rules.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    const good = `url,description\nhttps://${JOIN_HOST}/a,One\n`;
    await page.getByLabel("CSV file").setInputFiles(csv(`${good}nonsense,Two\n`));
    await page.getByRole("button", { name: "Try first" }).click();
    await page.getByText("1 line is wrong: nothing is taken over").first().waitFor();
    assert.equal(await page.getByRole("cell", { name: "3", exact: true }).count(), 1);
    await page.getByLabel("CSV file").setInputFiles(csv(good));
    await page.getByRole("button", { name: "Try first" }).click();
    await page.getByText("1 added, 0 changed, 0 deleted, 0 as they are").waitFor();
    await page.getByRole("button", { name: "Import" }).click();
    await page.getByText("The rules were imported.").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download the rules as CSV" }).click(),
    ]);
    assert.match(readFileSync(await download.path(), "utf8"), /join\.localhost\/a/);
  });

  test("a refusal is explained column by column", async () => {
    await open("/configuration/allow-list?tab=explain");
    await page.getByLabel("Method").selectOption("PATCH");
    await page.getByLabel("URL").fill(`https://${JOIN_HOST}/./x`);
    await page.getByRole("button", { name: "Explain" }).click();
    await page.getByRole("heading", { name: "Refused" }).waitFor();
    const method = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "Method" }) });
    await method.getByText("does not fit").waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Refused" }).waitFor();
  });
});

test("an edge that is added is dialled at once, and one that is removed no longer", async () => {
  await open("/configuration/edges");
  await page.getByText("2 of 2 up").waitFor();
  await page.getByRole("button", { name: "Add edge" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Address").fill("127.0.0.1:9");
  await dialog.getByLabel("Host key file").fill("host.pub");
  await dialog.getByLabel("When port 2222 is blocked").fill("off");
  await dialog.getByRole("button", { name: "Save" }).click();
  await notice("127.0.0.1:9 was added.");
  await page.getByRole("row").filter({ hasText: "127.0.0.1:9" }).getByText("0 of 2 up").waitFor();
  await page.getByRole("button", { name: "Remove 127.0.0.1:9", exact: true }).click();
  await page.getByTestId("confirm").click();
  await notice("127.0.0.1:9 was removed.");
});

test("a number is saved in the file, a wrong one is refused at its field", async () => {
  await open("/configuration/edges");
  const field = page.getByLabel("Connections to each address");
  await field.fill("99");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText(/`connectionsPerEdge`/).waitFor();
  await field.fill("3");
  await page.getByRole("button", { name: "Save" }).click();
  await notice("Saved.");
  assert.match(readFileSync(world.coreFile, "utf8"), /connectionsPerEdge: 3/);
  await page.getByText("3 of 3 up").waitFor();
});

test("who only looks sees all of it and changes nothing", async () => {
  await using other = new Scope();
  const { page: reader } = await visit(other, browser);
  await signIn(reader, world.urls.core, "reader");
  await reader.goto(`${world.urls.core}/configuration/meeting-server`);
  await reader.getByText("Active").first().waitFor();
  assert.equal(await reader.getByRole("button", { name: /Add|Configure|Remove|Turn|Check/ }).count(), 0);
});
