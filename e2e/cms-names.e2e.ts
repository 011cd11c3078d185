import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { ADDRESS, type Deployment, type Lab, type LabProcess } from "../lab/index.ts";
import { exchange } from "./participant.ts";
import { CmsApi, openAdministration } from "./requests.ts";
import { buildWorld, explained, skip, until, type World } from "./world.ts";

const DNS = resolve(import.meta.dirname, "../lab/dns/main.ts");
const NAME = "web-bridge.example.com";

describe("a Web Bridge is found by its name, and an administrator sees why not", { skip }, () => {
  let world: World;
  let api: CmsApi;
  let webBridge: string;
  let dns: LabProcess | undefined;

  /** The meeting server's own name server, whose zone a test may change. */
  async function zone(lab: Lab, names: Readonly<Record<string, string>>): Promise<void> {
    await dns?.close();
    dns = lab.node("server", DNS, ["127.0.0.1", JSON.stringify(names)]);
    await dns.line("ready");
  }

  async function prepare(deployment: Deployment, lab: Lab): Promise<void> {
    openAdministration(deployment);
    deployment.change("meeting-server", ["dns"], { servers: ["127.0.0.1"] });
    await zone(lab, {});
  }

  before(async () => {
    world = await buildWorld({ prepare });
    api = new CmsApi(world.lab, world.deployment);
    webBridge = await api.only("webBridges");
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const operate = (...args: string[]) => world.deployment.operate(...args);
  const status = () => api.get(`webBridges/${webBridge}/status`);
  const events = async () => (await operate("event-log")).text;
  const says = (part: string | RegExp) => (text: string) =>
    typeof part === "string" ? text.includes(part) : part.test(text);

  test("trust, certificates and state of a server that is well", async () => {
    await explained(world, [], async () => {
      const trusted = await operate("web-bridge", "trust", "list");
      assert.match(trusted.text, /call-bridge-link/);
      assert.match((await operate("call-bridge", "trust", "list")).text, /web-bridge-link/);
      assert.equal((await operate("certificates")).code, 0);
      const state = await until(
        world,
        () => operate("status"),
        ({ code, text }) => code === 0 && new RegExp(`${ADDRESS.edgeInner}:3478 UDP\\s+\\d`).test(text),
      );
      assert.match(state.text, /No faults\./);
      assert.match(state.text, /connected/);
    });
  });

  test("a name that does not exist is dnsFailure, in the status, the event log, the alarms and the terminal", async () => {
    await explained(world, [], async () => {
      await api.put(`webBridges/${webBridge}`, { url: `c2w://${NAME}:9999` });
      await until(world, status, says("<status>dnsFailure</status>"));
      const log = await until(
        world,
        events,
        says(/failed to establish connection to web bridge link \d+ \(DNS failure\)/),
      );
      assert.match(log, new RegExp(`web bridge link \\d+: name resolution for "${NAME}" failed`));
      const alarm = await api.get("system/alarms");
      assert.match(alarm, /<type>c2wConnectionFailure<\/type>.*<failureReason>dnsFailure<\/failureReason>/);
      const state = await operate("status");
      assert.equal(state.code, 1);
      assert.match(state.text, new RegExp(`Web bridge connection to "${NAME}" failed \\(DNS failure\\)`));
      const looked = await operate("dns", "lookup", NAME);
      assert.notEqual(looked.code, 0);
      assert.match(looked.text, /does not exist|no such name/i);
    });
  });

  test("a name that leads to the edge is told from one that leads nowhere", async () => {
    await explained(world, [], async () => {
      await zone(world.lab, { [NAME]: ADDRESS.edgePublic });
      assert.equal((await operate("dns", "flush")).code, 0);
      await until(world, events, says("(DNS failure: the name leads to the edge)"));
      assert.match(await status(), /<status>dnsFailure<\/status>/);
      assert.match((await operate("status")).text, /the name leads to the edge/);
      const looked = await operate("dns", "lookup", NAME);
      assert.equal(looked.code, 0);
      assert.match(looked.text, new RegExp(`${ADDRESS.edgePublic} is the edge`));
    });
  });

  test("once the name is right and the cache flushed, the link is up and guests come in", async () => {
    await zone(world.lab, { [NAME]: "127.0.0.1" });
    await explained(world, [], async () => {
      // Until the old answer's life is over, or the cache is flushed, the wrong one counts.
      assert.match((await operate("dns", "lookup", NAME)).text, /from the cache/);
      assert.match((await operate("dns", "flush")).text, /1 answer was forgotten/);
      await until(world, status, says("<status>success</status>"));
      assert.match(await events(), /connection to web bridge link \d+ established/);
      await until(
        world,
        () => operate("status"),
        ({ code }) => code === 0,
      );
      await world.deployment.reachable();
    });
    const [inside, guest] = [await world.open("inside", "Inside"), await world.open("home", "Guest")];
    await explained(world, [inside, guest], async () => {
      await inside.join();
      await guest.join();
      await exchange(guest, inside);
    });
  });

  test("a link whose certificate is trusted no longer is cut, and comes back with it", async () => {
    await explained(world, [], async () => {
      const listed = JSON.parse((await operate("web-bridge", "trust", "list", "--json")).text);
      const [{ fingerprint }] = listed;
      assert.equal((await operate("web-bridge", "trust", "remove", fingerprint)).code, 0);
      await until(world, status, says("<status>connectionFailure</status>"));
      const file = join(world.deployment.dir, "meeting-server", "certs", "call-bridge-link.pem");
      assert.equal((await operate("web-bridge", "trust", "add", file)).code, 0);
      await until(world, status, says("<status>success</status>"), 30_000);
    });
  });
});
