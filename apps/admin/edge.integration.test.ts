import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { request } from "node:https";
import { dirname, join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { Scope } from "#base";
import { issueServer } from "#certificates";
import { shortTermCredentials } from "#turn-client";
import { buildApps } from "../../scripts/build.ts";
import { openChromium, signIn, type Visit, visit } from "./testing-browser.ts";
import { JOIN_HOST, pairWorld, TURN_SECRET } from "./testing-pair.ts";

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
  await signIn(page, world.urls.edge);
});
afterEach(async () => {
  assert.deepEqual(seen.complaints, []);
  await own.close();
});

const open = (path: string) => page.goto(world.urls.edge + path);
const notice = (text: string) => page.locator(".notice", { hasText: text }).waitFor();
const fileIn = (name: string) => join(dirname(world.edgeFile), name);

test("the start page is the edge's: web, TURN and the core behind it", async () => {
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await page.locator(".whose", { hasText: "edge-test" }).waitFor();
  await page.getByText(new RegExp(`${JOIN_HOST}: Web Bridge answers`)).waitFor();
  await page.getByText("2 connections from 1 core", { exact: true }).waitFor();
});

test("a guest's request is counted and shown while one looks", async () => {
  const requests = page.locator(".figure").filter({ hasText: "a second" });
  await requests.getByText(/since the start/).waitFor();
  const counted = async () => Number(/([\d,]+) since/.exec(await requests.innerText())?.[1]?.replaceAll(",", ""));
  const before = await counted();
  const asked = request({
    ...{ host: "127.0.0.1", port: world.web, path: "/", servername: JOIN_HOST, headers: { host: JOIN_HOST } },
    ...{ ca: world.authority.certificate, agent: false },
  }).end();
  const [response] = await once(asked, "response");
  response.resume();
  assert.equal(response.statusCode, 200);
  await page.waitForFunction(
    (least) => Number(/([\d,]+) since/.exec(document.body.innerText)?.[1]?.replaceAll(",", "")) > least,
    before,
  );
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

test("the tunnels show the core's connections, its key, and the domain that they carry", async () => {
  await open("/status/ssh-tunnels");
  const domain = page.getByRole("region", { name: "Domains" }).getByRole("row").filter({ hasText: JOIN_HOST });
  await domain.getByText("Active").waitFor();
  const connections = page.getByRole("region", { name: "Connections of cores" }).getByRole("row");
  await connections.filter({ hasText: "SHA256:" }).nth(1).waitFor();
});

describe("TURN relay usage", () => {
  test("a browser's relay is a row; its page has permissions, channels and counters, and ends it", async () => {
    await using other = new Scope();
    const { page: guest } = await visit(other, browser);
    await guest.goto(`${world.urls.edge}/icon.svg`);
    const { username, password } = shortTermCredentials(TURN_SECRET, "guest", "guest-1", Date.now() + 60_000);
    await guest.evaluate(relayed, { url: `turn:127.0.0.1:${world.turnPort}`, username, credential: password });

    await open("/status/turn-relay-usage");
    const row = page.getByRole("row").filter({ hasText: "guest" });
    await row.getByText("UDP").waitFor();
    await row.getByRole("link", { name: /View the relay of 127\.0\.0\.1/ }).click();
    await page.getByRole("heading", { name: /^Relay 127\.0\.0\.1:41/ }).waitFor();
    await page.getByRole("row").filter({ hasText: "Responses sent: success" }).waitFor();
    await page.getByRole("button", { name: "End relay" }).click();
    await page.getByTestId("confirm").click();
    await notice("The relay was ended.");
    await page.getByText("No client uses a relay.").waitFor();
  });

  test("a relay that is gone says so", async () => {
    await open("/status/turn-relay-usage/999999");
    await page.getByRole("heading", { name: "This relay has ended" }).waitFor();
  });
});

/** Runs in the page: gathers a relayed candidate, and keeps the relay. */
async function relayed({ url, username, credential }: { url: string; username: string; credential: string }) {
  const connection = new RTCPeerConnection({
    iceServers: [{ urls: url, username, credential }],
    iceTransportPolicy: "relay",
  });
  Object.assign(globalThis, { kept: connection });
  connection.createDataChannel("x");
  const { promise, resolve } = Promise.withResolvers<void>();
  connection.onicecandidate = ({ candidate }) => candidate?.type === "relay" && resolve();
  await connection.setLocalDescription();
  await promise;
}

describe("TURN", () => {
  test("its status stands at the foot, it is drained and taken back", async () => {
    await open("/configuration/turn");
    const foot = page.getByRole("region", { name: "TURN server status" });
    await foot.getByText("Active", { exact: true }).waitFor();
    await foot.getByText(`127.0.0.1:${world.turnPort}`).first().waitFor();
    await page.getByRole("button", { name: "Drain" }).click();
    await page.getByTestId("confirm").click();
    await notice("The TURN server drains.");
    await foot.getByText("Draining", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Take new clients again" }).click();
    await notice("The TURN server takes new clients.");
  });

  test("a limit holds at once; the realm waits for a restart of TURN, which a button does", async () => {
    await open("/configuration/turn");
    await page.getByLabel("Relays in all").fill("900");
    await page.getByRole("button", { name: "Save" }).click();
    await notice("Saved.");
    assert.match(readFileSync(world.edgeFile, "utf8"), /allocations: 900/);
    await page.getByLabel("Authentication realm").fill("TANDBERG");
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator(".badge", { hasText: "after a restart" }).waitFor();
    assert.match(readFileSync(world.edgeFile, "utf8"), /TANDBERG/);
    await page.getByRole("button", { name: "Restart TURN" }).click();
    await page.getByTestId("confirm").click();
    await notice("TURN services were restarted.");
    await page.locator(".badge", { hasText: "after a restart" }).waitFor({ state: "detached" });
    assert.equal(await page.getByLabel("TURN requests addresses and port").count(), 0);
    await page.getByText("Set in the file, on the machine itself.").first().waitFor();
  });

  test("why a guest may not reach an inner address is told with the rule", async () => {
    await open("/configuration/turn");
    await page.getByLabel("Peer", { exact: true }).fill("10.0.0.5");
    await page.getByRole("button", { name: "Judge" }).click();
    await page.getByText("Refused (403 Forbidden)").waitFor();
  });

  test("leaving with unsaved changes asks first", async () => {
    await open("/configuration/turn");
    await page.getByLabel("Authentication realm").fill("left");
    await page.getByText(/1 /).first().waitFor();
    await page.getByRole("link", { name: "Web", exact: true }).click();
    await page.getByRole("heading", { name: "Leave without saving?" }).waitFor();
    await page.getByTestId("confirm").click();
    await page.getByRole("heading", { level: 1, name: "Web" }).waitFor();
  });
});

test("a join host that the certificate does not name is marked on Configuration > Web", async () => {
  await open("/configuration/web");
  const names = page.getByRole("region", { name: "Join hosts", exact: true });
  await names.getByText("names it", { exact: true }).waitFor();
  await page.getByLabel("Names", { exact: true }).fill(`${JOIN_HOST}\nmeet.example.com`);
  await page.getByRole("button", { name: "Save" }).click();
  await notice("Saved.");
  await names.getByText("does not name it: browsers warn every guest").waitFor();
  await page.getByLabel("Names", { exact: true }).fill(JOIN_HOST);
  await page.getByRole("button", { name: "Save" }).click();
  await names.getByRole("rowheader", { name: "meet.example.com" }).waitFor({ state: "detached" });
});

describe("Certificates", () => {
  test("the chain is drawn; a wrong pair is refused, a good one is served at once", async () => {
    await open("/security/certificates");
    const card = page.getByRole("region", { name: "Web", exact: true });
    await card.getByRole("list", { name: "Chain" }).getByText(JOIN_HOST).waitFor();
    await card.getByRole("button", { name: "Upload" }).click();
    const dialog = page.getByRole("dialog");
    const fresh = await issueServer(world.authority, { names: [JOIN_HOST], addresses: ["127.0.0.1"] });
    const other = await issueServer(world.authority, { names: [JOIN_HOST] });
    await dialog.getByRole("textbox", { name: /^Certificate with/ }).fill(fresh.certificate);
    await dialog.getByRole("textbox", { name: /^Private key/ }).fill(other.key);
    await dialog.getByRole("button", { name: "Upload" }).click();
    await page.locator(".notice.failed").waitFor();
    await dialog.getByRole("textbox", { name: /^Private key/ }).fill(fresh.key);
    await dialog.getByRole("button", { name: "Upload" }).click();
    await notice("Web has a new certificate.");
    assert.equal(readFileSync(fileIn("web.pem"), "utf8").includes(fresh.certificate.slice(60, 200)), true);
    assert.equal(statSync(fileIn("web.key")).mode & 0o777, 0o600);
  });

  test("a request is made for an authority to sign; its key stays on the machine", async () => {
    await open("/security/certificates");
    const card = page.getByRole("region", { name: "Web", exact: true });
    await card.getByRole("button", { name: "Request" }).click();
    await page.getByRole("button", { name: "Make request" }).click();
    const pem = await page.locator("pre.pem").innerText();
    assert.match(pem, /^-----BEGIN CERTIFICATE REQUEST-----/);
    assert.doesNotMatch(pem, /PRIVATE KEY/);
    await page.getByRole("button", { name: "Done" }).click();
    await card.getByText(/^A request of .* waits for its certificate\.$/).waitFor();
  });
});

test("limits of a source are saved, and the exemptions are those of the file", async () => {
  await open("/security/protection");
  await page.getByText("Blocking", { exact: true }).first().waitFor();
  await page.getByLabel("Exempt addresses and prefixes").fill("10.0.0.0/8\n192.168.0.0/16");
  await page.getByLabel("Requests a second").fill("300");
  await page.getByRole("button", { name: "Save" }).click();
  await notice("Saved.");
  const text = readFileSync(world.edgeFile, "utf8");
  assert.match(text, /192\.168\.0\.0\/16/);
  assert.match(text, /requestsPerSecond: 300/);
});

test("an address is blocked by hand, with who did it, and let in again", async () => {
  await open("/security/protection");
  await page.getByRole("button", { name: "Block a source" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Address").fill("nobody");
  await dialog.getByRole("button", { name: "Block" }).click();
  await notice("is no address");
  await dialog.getByLabel("Address").fill("192.0.2.7");
  await dialog.getByLabel("Minutes").fill("5");
  await dialog.getByRole("button", { name: "Block" }).click();
  await notice("192.0.2.7 is blocked.");
  await page.getByRole("row").filter({ hasText: "192.0.2.7" }).getByText("by the administrator").waitFor();
  await page.getByRole("button", { name: "Unblock 192.0.2.7" }).click();
  await page.getByText("No source is blocked.").waitFor();
});

test("a diagnostic log is started, marked, stopped and downloaded", async () => {
  await open("/maintenance/diagnostic-logging");
  await page.getByLabel("Filter tcpdump by port").fill("http");
  await page.getByRole("button", { name: "Start new log" }).click();
  await page.getByText("Enter port numbers from 1 to 65535.").waitFor();
  await page.getByLabel("Filter tcpdump by port").fill("443, 3478");
  await page.getByRole("button", { name: "Start new log" }).click();
  await notice("The diagnostic log has started.");
  await page.getByLabel("Marker").fill("the guest joins now");
  await page.getByRole("button", { name: "Add marker" }).click();
  await notice("The marker was added.");
  await page.getByRole("button", { name: "Stop logging" }).click();
  await notice("The diagnostic log has stopped.");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download log" }).click(),
  ]);
  assert.match(download.suggestedFilename(), /\.zip$/);
  assert.equal(
    readFileSync(await download.path())
      .subarray(0, 2)
      .toString(),
    "PK",
  );
});

test("the level of one module is raised for a while and put back", async () => {
  await open("/maintenance/log-levels");
  await page.getByRole("button", { name: "Set proxy to debug for 10 minutes" }).click();
  await page.getByText(/(9:5\d|10:00) left/).waitFor();
  await page.getByRole("button", { name: "Reset proxy" }).click();
  await page.getByText(/(9:5\d|10:00) left/).waitFor({ state: "detached" });
});

test("the administration may move to the guide's ports, not to 443", async () => {
  await open("/system/administration");
  const ports = page.getByRole("combobox", { name: "Web administrator port" });
  await ports.waitFor();
  const options = await ports.locator("option:not(:disabled)").allInnerTexts();
  for (const port of ["445", "7443", "8445", "9000"]) assert.ok(options.includes(port), port);
  await page.getByLabel("Session time out").fill("20");
  await page.getByRole("button", { name: "Save" }).click();
  await notice("Saved.");
  assert.match(readFileSync(world.edgeFile, "utf8"), /idleTimeoutMinutes: 20/);
});
