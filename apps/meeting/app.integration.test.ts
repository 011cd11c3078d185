import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { buildApps } from "../../scripts/build.ts";
import { en } from "./strings/en.ts";
import { ptBR } from "./strings/pt-BR.ts";
import { admit, refusingRelay, type Service, standIn } from "./testing.ts";

/** The app's promise. */
const WITHIN_MS = 8000;
const LINK = "/meeting/123456789?secret=s3cret";

let browser: Browser;
let service: Service;
let context: BrowserContext;
let page: Page;
let complaints: string[];

before(async () => {
  await buildApps();
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream"],
      "--allow-loopback-in-peer-connection",
    ],
  });
});
after(() => browser?.close());

beforeEach(async () => {
  service = await standIn();
  await openBrowser({ permissions: ["camera", "microphone"] });
});
afterEach(async () => {
  await context.close();
  await service.close();
});

async function openBrowser(options: Parameters<Browser["newContext"]>[0]): Promise<void> {
  await context?.close();
  context = await browser.newContext(options);
  page = await context.newPage();
  complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (/Content.Security.Policy/i.test(message.text())) complaints.push(message.text());
  });
}

async function joinAs(name: string, path = LINK): Promise<void> {
  await page.goto(service.url + path);
  await page.getByTestId("name").fill(name);
  await page.getByTestId("join").click();
}

async function fails(code: keyof typeof en.failures, step: keyof typeof en.steps): Promise<void> {
  const clicked = performance.now();
  await page.getByTestId("failure").waitFor({ timeout: WITHIN_MS + 2000 });
  const took = performance.now() - clicked;
  assert.equal(await page.getByTestId("failure-code").textContent(), code);
  assert.equal(await page.getByTestId("failure").textContent(), en.failures[code]);
  assert.equal(await page.getByTestId("step-current").getAttribute("data-step"), step);
  assert.ok(took < WITHIN_MS, `told after ${Math.round(took)} ms`);
  assert.deepEqual(complaints, []);
}

const refusal = (status: number, code: string, more = {}) => ({
  status,
  body: { error: { code, message: "As the server says it.", traceId: "0123456789abcdef", ...more } },
});

describe("the landing page", () => {
  test("takes a meeting ID in any grouping and sends nine digits, the name and the passcode", async () => {
    service.join = refusal(403, "JOIN_REFUSED");
    await page.goto(service.url);
    await page.getByTestId("landing-id").pressSequentially("123-456 789");
    assert.equal(await page.getByTestId("landing-id").inputValue(), "123 456 789");
    await page.getByTestId("name").fill("  Ana   Souza ");
    await page.getByTestId("passcode").fill("2468");
    await page.getByTestId("join").click();
    await fails("JOIN_REFUSED", "finding");
    const [asked] = service.asked;
    assert.deepEqual(asked?.body, { callId: "123456789", name: "Ana Souza", passcode: "2468" });
    assert.match(asked?.trace ?? "", /^[0-9a-f]{16}$/);
    assert.equal(await page.getByTestId("trace").textContent(), asked?.trace);
  });

  test("asks for what is missing instead of joining", async () => {
    await page.goto(service.url);
    await page.getByTestId("join").click();
    assert.ok(await page.getByText(en.landing.callIdShort).isVisible());
    await page.getByTestId("landing-id").fill("123456789");
    await page.getByTestId("join").click();
    assert.ok(await page.getByText(en.landing.nameMissing).isVisible());
    assert.equal(service.asked.length, 0);
  });

  test("remembers the name, and shows the camera of the one who comes by link", async () => {
    service.join = refusal(403, "JOIN_REFUSED");
    await joinAs("Ana");
    await fails("JOIN_REFUSED", "finding");
    // The newest: who takes the time to look at the form has asked before as well.
    assert.deepEqual(service.asked.at(-1)?.body, { callId: "123456789", name: "Ana", secret: "s3cret" });
    await page.goto(service.url + LINK);
    assert.equal(await page.getByTestId("name").inputValue(), "Ana");
    await page.waitForFunction(() => (document.querySelector("video")?.videoWidth ?? 0) > 0);
  });

  test("lets those join whose browser gives it neither camera nor microphone, and says why", async () => {
    await openBrowser({ permissions: [] });
    service.join = refusal(403, "JOIN_REFUSED");
    await page.goto(service.url + LINK);
    await page.getByTestId("device-problem").filter({ hasText: en.devices.denied }).waitFor();
    await joinAs("Ana");
    await fails("JOIN_REFUSED", "finding");
  });

  test("asks for the admission of a link while the name is still looked at, and once only", async () => {
    await page.goto(service.url + LINK);
    await page.getByTestId("name").fill("Ana");
    await page.waitForResponse("**/api/join");
    await page.getByTestId("join").click();
    await fails("APP_SIGNALLING_UNREACHABLE", "server");
    assert.equal(service.asked.length, 1);
    assert.equal(await page.getByTestId("trace").textContent(), service.asked[0]?.trace);
  });

  test("speaks Portuguese to who reads it", async () => {
    await openBrowser({ locale: "pt-BR" });
    service.join = refusal(403, "JOIN_REFUSED");
    await joinAs("Ana");
    assert.equal(await page.getByTestId("failure").textContent(), ptBR.failures.JOIN_REFUSED);
    assert.equal(await page.locator("html").getAttribute("lang"), "pt-BR");
  });
});

describe("the waiting room", () => {
  test("whoever is forgotten there joins anew by itself, and is not sent round in circles", async () => {
    service.join = "waiting";
    await page.goto(service.url);
    await page.getByTestId("landing-id").fill("anna.meet@example.com");
    await page.getByTestId("name").fill("Ana");
    // The form may be gone for less than a look at the page takes: what it comes back after is awaited instead.
    let forgotten = 0;
    const forgottenTwice = page.waitForResponse((told) => told.url().endsWith("/api/lobby") && ++forgotten === 2);
    await page.getByTestId("join").click();
    await forgottenTwice;
    await page.getByTestId("join").waitFor();
    assert.deepEqual(
      service.asked.map(({ body }) => body),
      Array(2).fill({ uri: "anna.meet@example.com", name: "Ana" }),
    );
  });

  test("a meeting that ends while one waits is told", async () => {
    service.join = "waiting";
    service.lobby = refusal(410, "CALL_ENDED");
    await joinAs("Ana");
    await page.locator("[data-testid=ended][data-reason=over]").waitFor();
    assert.ok(await page.getByText(en.ended.over).isVisible());
  });
});

describe("when something breaks, the app says where and why", () => {
  test("the edge has no tunnel", async () => {
    service.join = { status: 502, headers: { "x-turnpike-error": "EDGE_TUNNEL_DOWN" } };
    await joinAs("Ana");
    await fails("EDGE_TUNNEL_DOWN", "finding");
  });

  test("nothing answers", async () => {
    await page.goto(service.url + LINK);
    await page.waitForLoadState("networkidle");
    await context.setOffline(true);
    await page.getByTestId("name").fill("Ana");
    await page.getByTestId("join").click();
    await fails("APP_OFFLINE", "finding");
    await context.setOffline(false);
  });

  test("the service is silent", async () => {
    service.join = "silent";
    await joinAs("Ana");
    await fails("APP_SERVICE_SILENT", "finding");
  });

  test("too many tries: the next is possible when its time has come", async () => {
    service.join = refusal(429, "JOIN_RATE_LIMITED", { retryAfter: 2 });
    await joinAs("Ana");
    await fails("JOIN_RATE_LIMITED", "finding");
    assert.ok(await page.getByTestId("retry").isDisabled());
    service.join = refusal(403, "JOIN_REFUSED");
    await page.getByTestId("retry").click();
    await page.getByText(en.failures.JOIN_REFUSED).waitFor();
  });

  test("the socket is refused, and a plain request tells why", async () => {
    service.health = { status: 502, headers: { "x-turnpike-error": "EDGE_TUNNEL_DOWN" } };
    await joinAs("Ana");
    await fails("EDGE_TUNNEL_DOWN", "server");
  });

  test("the socket alone is refused", async () => {
    await joinAs("Ana");
    await fails("APP_SIGNALLING_UNREACHABLE", "server");
  });

  test("the socket opens and stays silent", async () => {
    service.onSocket = () => {};
    await joinAs("Ana");
    await fails("APP_SIGNALLING_SILENT", "server");
  });

  test("the media answer names an address that does not answer", async () => {
    service.onSocket = await answersWith(DEAD_ADDRESS);
    await joinAs("Ana");
    await fails("APP_CHECKS_UNANSWERED", "path");
  });

  test("the relay refuses the credentials, and nothing else leads to the meeting", async () => {
    await using relay = await refusingRelay();
    service.relays = [relay.url];
    service.onSocket = await answersWith(DEAD_ADDRESS);
    await joinAs("Ana");
    await fails("APP_TURN_REFUSED", "path");
  });

  test("the media answer names no address", async () => {
    service.onSocket = await answersWith("");
    await joinAs("Ana");
    await fails("APP_MEDIA_NOT_OFFERED", "path");
  });

  test("the way back leads to the form, with what was typed", async () => {
    service.join = refusal(403, "JOIN_REFUSED");
    await joinAs("Ana");
    await page.getByTestId("back").click();
    assert.equal(await page.getByTestId("name").inputValue(), "Ana");
  });
});

/** Port 9 discards. */
const DEAD_ADDRESS = "a=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host\r\n";

/** A browser's answer to the app's offer, with these candidates instead of its own. Its page is open before the click. */
async function answersWith(candidates: string): Promise<Service["onSocket"]> {
  const other = await context.newPage();
  const answerTo = async (offer: string): Promise<string> => {
    const sdp = await other.evaluate(async (offered) => {
      const connection = new RTCPeerConnection();
      await connection.setRemoteDescription({ type: "offer", sdp: offered });
      return (await connection.createAnswer()).sdp ?? "";
    }, offer);
    return sdp.replace(/a=candidate:.*\r\n/g, "").replace(/a=setup:.*\r\n/, (line) => candidates + line);
  };
  return (socket, offer) => void answerTo(offer).then((sdp) => admit(socket, sdp));
}
