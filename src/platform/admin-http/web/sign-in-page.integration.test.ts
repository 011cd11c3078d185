import assert from "node:assert/strict";
import { test } from "node:test";
import { generateSync } from "otplib/functional";
import { chromium } from "playwright-core";
import { adminWorld, PASSWORD } from "../testing/admin-world.ts";

const page = { title: "Edge", faults: [], sections: [] };

test("in a browser: wrong password, right one, code of a second factor, status page, sign-out", async (context) => {
  const { port, update, clock } = await adminWorld(context, { sources: { page: () => page } });
  const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  await update(([ann]) => [{ ...ann!, totp: { secret, lastStep: 0 } }]);
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  context.after(() => browser.close());
  const tab = await browser.newPage({ ignoreHTTPSErrors: true });
  const complaints: string[] = [];
  tab.on("console", (message) => {
    if (/Content Security Policy/.test(message.text())) complaints.push(message.text());
  });
  tab.on("pageerror", (error) => complaints.push(String(error)));
  await tab.goto(`https://127.0.0.1:${port}/`);
  const send = () => tab.getByRole("button", { name: "Sign in" }).click();
  await tab.getByLabel("Name").fill("ann");
  await tab.getByLabel("Password").fill("wrong-password");
  await send();
  await tab.getByRole("alert").filter({ hasText: "name or password is wrong" }).waitFor();
  await tab.getByLabel("Password").fill(PASSWORD);
  await send();
  const code = tab.getByLabel("Code of the authenticator");
  await code.fill(generateSync({ secret, epoch: Math.floor(clock.now() / 1000) }));
  await send();
  await tab.getByRole("heading", { name: "Edge" }).waitFor();
  assert.equal(await tab.evaluate("document.cookie"), "", "no script can read the cookie");
  await tab.getByRole("button", { name: "Sign out" }).click();
  await tab.getByLabel("Name").waitFor();
  assert.deepEqual(complaints, []);
});
