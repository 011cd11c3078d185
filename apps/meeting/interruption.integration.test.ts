import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { DisconnectReason, LeaveRequest, LeaveRequest_Action, SignalResponse } from "@livekit/protocol";
import type { Browser, Page } from "playwright-core";
import { buildApps } from "../../scripts/build.ts";
import { en } from "./strings/en.ts";
import { admit, type Service, standIn } from "./testing.ts";
import { barriers, type Guest, launchBrowser, newGuest } from "./testing-browser.ts";

const NO_RELAY = { status: 503, body: { error: { code: "MEDIA_NO_RELAY", message: "As the server says it." } } };
const REFUSED = { status: 403, body: { error: { code: "JOIN_REFUSED", message: "As the server says it." } } };

let browser: Browser;
let service: Service;
let guest: Guest;
let page: Page;

before(async () => {
  await buildApps();
  browser = await launchBrowser();
});
after(() => browser?.close());

beforeEach(async () => {
  service = await standIn();
  guest = await newGuest(browser);
  page = guest.page;
});
afterEach(async () => {
  await guest.context.close();
  await service.close();
  assert.deepEqual(guest.complaints, []);
});

async function join(): Promise<void> {
  await page.goto(`${service.url}/meeting/123456789?secret=s3cret`);
  await page.getByTestId("name").fill("Ana");
  await page.getByTestId("join").click();
}

/** The app says that it goes on trying, and why. */
async function tries(code: keyof typeof en.failures): Promise<void> {
  await page.getByTestId("trying").waitFor();
  assert.equal(await page.getByTestId("failure-code").textContent(), code);
  assert.equal(await page.getByTestId("failure").textContent(), en.failures[code]);
  assert.ok(await page.getByText(en.failure.interrupted).isVisible());
}

/** Shown once nothing is tried any more. */
const gaveUp = () => page.getByText(en.failure.title).waitFor();

test("a join without a way for media is tried again by itself, under one trace, until the answer is another", async () => {
  service.join = NO_RELAY;
  await join();
  await tries("MEDIA_NO_RELAY");
  assert.deepEqual(await barriers(page), []);
  service.join = REFUSED;
  await gaveUp();
  assert.equal(await page.getByTestId("failure-code").textContent(), "JOIN_REFUSED");
  const traces = service.asked.filter(({ body }) => !body.ahead).map(({ trace }) => trace);
  assert.ok(traces.length >= 2);
  assert.deepEqual(new Set(traces), new Set([await page.getByTestId("trace").textContent()]));
});

test("who is offline for a moment is in as soon as the network is back", async () => {
  await page.goto(`${service.url}/meeting/123456789?secret=s3cret`);
  await page.waitForLoadState("networkidle");
  await guest.context.setOffline(true);
  await page.getByTestId("name").fill("Ana");
  await page.getByTestId("join").click();
  await tries("APP_OFFLINE");
  service.join = "waiting";
  service.lobby = { status: 503 };
  await guest.context.setOffline(false);
  await page.getByTestId("lobby").waitFor();
});

test("after half a minute it is told as failed, with its code, and a click tries once more", async () => {
  service.join = NO_RELAY;
  await page.clock.install();
  await join();
  await tries("MEDIA_NO_RELAY");
  await page.clock.fastForward(31_000);
  await gaveUp();
  assert.equal(await page.getByTestId("failure-code").textContent(), "MEDIA_NO_RELAY");
  await page.getByTestId("retry").click();
  await tries("MEDIA_NO_RELAY");
});

test("the way back is open while it tries, and a click tries at once", async () => {
  service.join = NO_RELAY;
  await page.clock.install();
  await join();
  await tries("MEDIA_NO_RELAY");
  const before = service.asked.length;
  const asked = page.waitForResponse("**/api/join");
  await page.getByTestId("retry").click();
  await asked;
  assert.equal(service.asked.length, before + 1);
  await page.getByTestId("back").click();
  assert.equal(await page.getByTestId("name").inputValue(), "Ana");
});

for (const when of ["before", "after"] as const)
  test(`a server that ends the join for want of a relay ${when} it has let one in is asked again, not given up`, async () => {
    service.onSocket = (socket) => {
      service.join = NO_RELAY;
      if (when === "after") admit(socket, "");
      const value = new LeaveRequest({
        action: LeaveRequest_Action.DISCONNECT,
        reason: DisconnectReason.MEDIA_FAILURE,
      });
      socket.send(new SignalResponse({ message: { case: "leave", value } }).toBinary());
      socket.close(1000);
    };
    await join();
    await tries("MEDIA_NO_RELAY");
    service.join = REFUSED;
    await gaveUp();
  });
