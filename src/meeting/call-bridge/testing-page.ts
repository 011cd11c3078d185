import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import type { JoinAnswer } from "#bridge-link";
import { INSIDE, type TestBridge } from "./testing-browser.ts";

const SCRIPT = readFileSync(new URL("./testing-page-script.js", import.meta.url), "utf8");

/** What the tests need of a page, whichever browser shows it. Expressions give a primitive value or a promise of one. */
export interface TestPage {
  goto(url: string): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
  waitForTimeout(ms: number): Promise<void>;
}

/** The page has joined the space and publishes camera and microphone. */
export async function person<P extends TestPage>(
  page: P,
  world: TestBridge,
  name: string,
  media: "made" | "devices",
  origin = INSIDE,
): Promise<P> {
  const { callId, secret } = world.space;
  const answer = await world.bridge.join({ callId, secret, name }, origin);
  return showMeeting(page, world, answer, media);
}

/** Connects the page as the one who was admitted. */
export async function showMeeting<P extends TestPage>(
  page: P,
  world: TestBridge,
  answer: JoinAnswer,
  media: "made" | "devices",
): Promise<P> {
  assert.ok(answer.result === "admitted", JSON.stringify(answer));
  await page.goto(world.url);
  await page.evaluate(SCRIPT);
  await page.evaluate(
    `join(${q(world.url.replace("http", "ws"))}, ${q(answer.token)}, ${q(media)}, ${Boolean(process.env.DEBUG)})`,
  );
  return page;
}

/** A page of Chromium that shares nothing with others. */
export async function openPage(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext({ permissions: ["camera", "microphone"] })).newPage();
  if (process.env.DEBUG) page.on("console", (message) => console.log(message.text().slice(0, 600)));
  return page;
}

/** A machine with other work to do may be many times slower; nothing that is tested hangs on this. */
const PATIENCE_MS = 40_000;

export async function untilPage(page: TestPage, what: string, condition: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    if (await page.evaluate(condition).catch(() => false)) return;
    await page.waitForTimeout(100);
  }
  assert.fail(
    `${what}: not within ${PATIENCE_MS / 1000} s; states ${await page.evaluate("JSON.stringify([states, room.state])")}`,
  );
}

export function q(text: string): string {
  return JSON.stringify(text);
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync", "--allow-loopback-in-peer-connection"],
      ...["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
      ...["--autoplay-policy=no-user-gesture-required"],
    ],
  });
}
