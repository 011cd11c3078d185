import { createHash, X509Certificate } from "node:crypto";
import { chromium } from "playwright-core";
import type { Scope } from "#base";
import { type Page, SCRIPT } from "./page.ts";

/** A page of Debian's Chromium. It trusts that certificate as well, and only that. */
export async function openChromium(scope: Scope, certificate?: string): Promise<Page> {
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync", "--allow-loopback-in-peer-connection"],
      ...(certificate ? [`--ignore-certificate-errors-spki-list=${keyHash(certificate)}`] : []),
    ],
  });
  scope.defer(() => browser.close());
  const page = await browser.newPage();
  await page.evaluate(SCRIPT);
  return page;
}

function keyHash(certificate: string): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(key).digest("base64");
}
