import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { Scope } from "#base";
import { openChromium, seriousFindings, visit } from "./testing-browser.ts";
import { openGallery, PAIR_PAGES, type PairRole } from "./testing-gallery.ts";

const scope = new Scope();
let browser: Browser;
let address: Awaited<ReturnType<typeof openGallery>>;

before(async () => {
  browser = await openChromium();
  address = await openGallery(scope);
});
after(async () => {
  await browser?.close();
  await scope.close();
});

const ROLES = Object.keys(PAIR_PAGES) as readonly PairRole[];

async function open(page: Page, role: PairRole, path: string, world = "busy"): Promise<void> {
  await page.goto(address(role, world, path));
  await page.locator("h1").waitFor();
  await page.waitForFunction(() => !document.querySelector(".skeleton"));
}

for (const [colorScheme, world] of [
  ["light", "busy"],
  ["dark", "broken"],
] as const)
  test(`axe finds nothing serious on the pages of core and edge, ${colorScheme}, and none is wider than the window`, async () => {
    await using own = new Scope();
    const { page, complaints } = await visit(own, browser, { colorScheme, reducedMotion: "reduce" });
    for (const role of ROLES)
      for (const path of PAIR_PAGES[role]) {
        await page.setViewportSize({ width: 1440, height: 844 });
        await open(page, role, path, world);
        for (const width of [1440, 390]) {
          await page.setViewportSize({ width, height: 844 });
          const where = `${role} ${path}, ${width} px`;
          assert.deepEqual(await seriousFindings(page), [], where);
          const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(wider <= 0, `${where} is ${wider} px wider than the window`);
        }
      }
    assert.deepEqual(complaints, []);
  });

test("every link of a role's menu leads to a page of that role, also where nothing is configured yet", async () => {
  await using own = new Scope();
  const { page, complaints } = await visit(own, browser);
  for (const role of ROLES) {
    await open(page, role, "/", "empty");
    const links = page.getByRole("navigation", { name: "Pages" }).getByRole("link");
    assert.ok((await links.count()) > 8);
    for (const link of await links.all()) {
      await link.click();
      await page.waitForFunction(() => !document.querySelector(".skeleton"));
      assert.doesNotMatch(await page.locator("h1").innerText(), /no such page/);
      assert.equal(await page.locator(".failure").count(), 0, `${role}: ${await link.innerText()}`);
    }
  }
  assert.deepEqual(complaints, []);
});

test("while its server is away a page says so and can be asked again", async () => {
  await using own = new Scope();
  const { page } = await visit(own, browser);
  await page.goto(address("edge", "away", "/status/overview"));
  await page.getByText("The server does not answer.").first().waitFor();
  await page.getByRole("button", { name: "Try again" }).waitFor();
});

describe("by keyboard", () => {
  test("the parts of the allow list are gone through with the arrow keys", async () => {
    await using own = new Scope();
    const { page } = await visit(own, browser);
    await open(page, "core", "/configuration/allow-list");
    await page.getByRole("tab", { name: "Automatic inbound rules" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("button", { name: "Add rule" }).waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    assert.equal(await focused(), "Editable inbound rules");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    assert.equal(await focused(), "Refusals");
  });

  test("a dialog takes the focus, says what is missing, and gives the focus back", async () => {
    await using own = new Scope();
    const { page } = await visit(own, browser);
    await open(page, "core", "/configuration/edges");
    const add = page.getByRole("button", { name: "Add edge" });
    await add.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Add an edge" });
    await dialog.getByLabel("Address").focus();
    await page.keyboard.press("Enter");
    await dialog.getByText("Enter a name or address.").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.ok(await add.evaluate((element) => element === document.activeElement));
  });
});
