import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { general } from "../apps/admin/strings/en/status.ts";
import { en } from "../apps/meeting/strings/en.ts";
import { ADDRESS } from "../lab/index.ts";
import { exchange } from "./participant.ts";
import { ADMIN_URL, CmsApi, openAdministration } from "./requests.ts";
import { buildWorld, explained, skip, until, type World } from "./world.ts";

const REACHABLE = /<reachable>true<\/reachable>/;

describe("the guide's verification of the CMS side: TURN servers and Web Bridges", { skip }, () => {
  let world: World;
  let api: CmsApi;
  let turnServer: string;
  before(async () => {
    world = await buildWorld({ prepare: openAdministration });
    api = new CmsApi(world.lab, world.deployment);
    turnServer = await api.only("turnServers");
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const status = () => api.get(`turnServers/${turnServer}/status`);
  const alarms = () => api.get("system/alarms");

  test("turnServers/<id>/status has the edge reachable, with round trip and mapped address", async () => {
    const xml = await explained(world, [], () => until(world, status, (answer) => REACHABLE.test(answer)));
    const hosts = [...xml.matchAll(/<host>(.*?)<\/host>/g)].map(([, host]) => host!);
    const udp = hosts.find((host) => host.includes("<portNumber>3478</portNumber>")) ?? "";
    assert.match(udp, new RegExp(`^<address>${ADDRESS.edgeInner}</address>`));
    assert.match(udp, REACHABLE);
    const milliseconds = Number(/<roundTripTimeMs>(\d+)</.exec(udp)?.[1]);
    assert.ok(milliseconds < 1000, `${milliseconds} ms`);
    assert.match(udp, new RegExp(`<mappedAddress>${ADDRESS.server}</mappedAddress><mappedPortNumber>[1-9]\\d*<`));
  });

  test("webBridges/<id>/status is success", async () => {
    const webBridge = await api.only("webBridges");
    assert.match(await api.get(`webBridges/${webBridge}/status`), /<status>success<\/status>/);
  });

  test("while all is well there is no alarm, and Status > General says so", async () => {
    await explained(world, [], async () => {
      assert.match(await alarms(), /<alarms total="0"\/>/);
      const page = await generalPage(world);
      await page.getByRole("heading", { name: general.noFaults }).waitFor();
      await page.context().close();
    });
  });

  test("a wrong shared secret: the call fails with ICE failure 4, the alarm stands, and the right one mends it", async () => {
    const page = await generalPage(world);
    const guest = await world.open("home", "Guest");
    await explained(world, [guest], async () => {
      await api.put(`turnServers/${turnServer}`, { sharedSecret: "not-the-edge's" });
      const alarm = await until(world, alarms, (xml) => xml.includes("turnServerUnavailable"));
      assert.match(alarm, /<failureReason>authenticationFailure<\/failureReason>/);
      assert.match(alarm, new RegExp(`<turnServer>${turnServer}</turnServer>`));
      assert.match(await status(), /<reachable>false<\/reachable>.*<failureReason>authenticationFailure</);
      await guest.join();
      const failure = await guest.failure();
      assert.equal(failure.code, "MEDIA_NO_RELAY");
      assert.ok(failure.sentence.includes(en.failures.MEDIA_NO_RELAY), failure.sentence);
      const { text } = await world.deployment.operate("event-log");
      assert.match(text, /call \d+: ICE failure 4 \(unauthorized - check credentials\)/);
      assert.match(text, /TURN server 10\.0\.1\.2: not available \(authenticationFailure\)/);
      await page.getByText(`TURN server ${ADDRESS.edgeInner}: not available`).first().waitFor();
    });
    await guest.close();
    await mended(page);
  });

  /** The right secret again, without a restart of anything. */
  async function mended(page: Page): Promise<void> {
    const file = join(world.deployment.dir, "edge", "secrets", "turn");
    await api.put(`turnServers/${turnServer}`, { sharedSecret: readFileSync(file, "utf8").trim() });
    await explained(world, [], async () => {
      await until(world, status, (xml) => REACHABLE.test(xml));
      await until(world, alarms, (xml) => /<alarms total="0"\/>/.test(xml));
      await page.getByRole("heading", { name: general.noFaults }).waitFor();
    });
    const [inside, guest] = [await world.open("inside", "Inside"), await world.open("home", "Guest")];
    await explained(world, [inside, guest], async () => {
      await inside.join();
      await guest.join();
      await Promise.all([inside.sees("Guest"), guest.sees("Inside")]);
      await exchange(guest, inside);
    });
  }
});

/** Status > General in a browser inside, signed in as the administrator of `turnpike init`. */
async function generalPage(world: World): Promise<Page> {
  const page = await world.page("inside");
  await page.goto(`${ADMIN_URL}/`);
  await page.locator("[name=username]").fill("admin");
  await page.locator("[name=password]").fill(world.deployment.adminPassword);
  await page.getByTestId("sign-in").click();
  await page.getByRole("heading", { name: general.title, level: 1 }).waitFor();
  return page;
}
