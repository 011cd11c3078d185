import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { Scope } from "#base";
import { buildApps } from "../../scripts/build.ts";
import { adminWorld } from "./testing.ts";
import { openChromium, seriousFindings, signIn, visit } from "./testing-browser.ts";

const scope = new Scope();
let browser: Browser;
let world: Awaited<ReturnType<typeof adminWorld>>;
let ids: { readonly space: string; readonly turnServer: string };

before(async () => {
  await buildApps(["admin"]);
  browser = await openChromium();
  world = await adminWorld(scope);
  ids = await fill();
});
after(async () => {
  await browser?.close();
  await scope.close();
});

/** Something of everything, so that no page is empty. */
async function fill(): Promise<typeof ids> {
  const { storage, calls, alarms, events } = world;
  const { id } = calls.addCall({ name: "Stand-up", locked: true, numWaiting: 1 });
  const path = { link: "relay", peer: "198.51.100.7:5000", edge: "10.0.1.2" } as const;
  const stream = {
    kind: "video",
    role: "main",
    codec: "vp8",
    bitRate: 1e6,
    packetLossPercentage: 4,
    jitterMs: 2,
  } as const;
  calls.addParticipant(
    id,
    { name: "Ana" },
    { path, media: { rx: [stream], tx: [], roundTripTimeMs: 350, estimate: 2e6 } },
  );
  calls.addParticipant(id, { name: "Zé", state: "lobby" }, { state: "lobby" });
  alarms.raise({ type: "turnServerUnavailable", text: "The edge refuses us", remedy: "Mend the secret." });
  alarms.raise({ type: "storageUnreadable", text: "The disk is full", remedy: "Make room." });
  alarms.clear("storageUnreadable");
  for (const level of ["info", "warning", "error"] as const) events.write(level, `a line of level ${level}`);
  events.setTracing("ice", 10);
  return storage.change(async (writer) => {
    const space = await writer.insert({
      noun: "coSpace",
      fields: { name: "Weekly", callId: "123456789", secret: "V_diBH_9ARvojUzOOy38Cg" },
    });
    const user = await writer.insert({
      noun: "user",
      fields: { userJid: "ana@example.com", name: "Ana", source: "local" },
    });
    await writer.insert({ noun: "accessMethod", parent: space.id, fields: { name: "Host", callId: "987654321" } });
    await writer.insert({
      noun: "coSpaceUser",
      parent: space.id,
      fields: { userJid: "ana@example.com", userId: user.id },
    });
    await writer.insert({ noun: "webBridge", fields: { url: "c2w://wb1.example.com:9999" } });
    const turnServer = await writer.insert({
      noun: "turnServer",
      fields: { serverAddress: "10.0.1.2", password: "hidden" },
    });
    return { space: space.id, turnServer: turnServer.id };
  });
}

const PAGES: readonly (readonly [
  what: string,
  path: (known: typeof ids) => string,
  opened?: (page: Page) => Promise<void>,
])[] = [
  ["Status > General", () => "/status/general"],
  [
    "Status > Calls with a leg's details",
    () => "/status/calls",
    (page) => page.getByRole("button", { name: "Details of Ana" }).click(),
  ],
  ["Status > Alarms", () => "/status/alarms"],
  ["Configuration > Spaces", () => "/configuration/spaces"],
  [
    "the dialog that makes a space",
    () => "/configuration/spaces",
    (page) => page.getByRole("button", { name: "Create space" }).click(),
  ],
  ["a space", ({ space }) => `/configuration/spaces/${space}`],
  ["Configuration > Users", () => "/configuration/users"],
  ["Configuration > TURN servers", () => "/configuration/turn-servers"],
  ["Configuration > Web Bridges", () => "/configuration/web-bridges"],
  ["Configuration > API", () => "/configuration/api"],
  ["a list of objects", () => "/configuration/api/turnServers"],
  ["an object", ({ turnServer }) => `/configuration/api/turnServers/${turnServer}`],
  [
    "an object as XML",
    ({ turnServer }) => `/configuration/api/turnServers/${turnServer}`,
    (page) => page.getByRole("tab", { name: "XML view" }).click(),
  ],
  [
    "the choice of a reference",
    () => "/configuration/api/turnServers/new",
    async (page) => {
      await page.getByRole("button", { name: "Choose callBridge", exact: true }).click();
      await page.getByRole("dialog").getByRole("searchbox").waitFor();
    },
  ],
  ["the form of a new object", () => "/configuration/api/callLegProfiles/new"],
  ["a singleton", () => "/configuration/api/system/profiles"],
  ["Logs > Event log", () => "/logs/events"],
  ["Logs > Detailed tracing", () => "/logs/tracing"],
  ["Logs > Audit", () => "/logs/audit"],
  ["the account, with the QR code", () => "/account", (page) => page.getByRole("button", { name: "Set up" }).click()],
  ["no such page", () => "/nothing/here"],
];

for (const colorScheme of ["light", "dark"] as const)
  describe(`axe finds nothing serious, ${colorScheme}`, () => {
    test("on the sign-in form", async () => {
      await using own = new Scope();
      const { page } = await visit(own, browser, { colorScheme });
      await page.goto(world.url);
      await page.getByTestId("sign-in").click();
      await page.getByText("Enter your username").waitFor();
      assert.deepEqual(await seriousFindings(page), []);
    });

    test("on every page, on a desk and on a phone, and none is wider than the window", async () => {
      await using own = new Scope();
      const { page, complaints } = await visit(own, browser, { colorScheme, reducedMotion: "reduce" });
      await signIn(page, world.url);
      for (const [what, path, opened] of PAGES)
        for (const width of [1440, 390]) {
          await page.setViewportSize({ width, height: 844 });
          await page.goto(world.url + path(ids));
          await page.locator("h1").waitFor();
          await page.waitForFunction(() => !document.querySelector(".skeleton"));
          await opened?.(page);
          assert.deepEqual(await seriousFindings(page), [], `${what}, ${width} px`);
          const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(wider <= 0, `${what} is ${wider} px wider than ${width} px`);
        }
      assert.deepEqual(complaints, []);
    });
  });
