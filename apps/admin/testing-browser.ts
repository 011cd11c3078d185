import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Scope } from "#base";
import { PASSWORD } from "./testing.ts";

export async function openChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync"],
    ],
  });
}

export interface Visit {
  readonly page: Page;
  /** Errors of scripts and of the page's policy: none is expected. */
  readonly complaints: readonly string[];
}

/** A page that trusts the test's certificate and is closed with the scope. */
export async function visit(
  scope: Scope,
  browser: Browser,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<Visit> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: "en-GB", ...options });
  scope.defer(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (/Content.Security.Policy/i.test(message.text())) complaints.push(message.text());
  });
  return { page, complaints };
}

export async function signIn(page: Page, url: string, name = "ann"): Promise<void> {
  await page.goto(url);
  await page.getByLabel("Username").fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByTestId("sign-in").click();
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** Serious and critical findings of axe-core (WCAG 2.2 A and AA), as text. It is evaluated, not loaded: the policy holds. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    () =>
      (globalThis as unknown as { axe: { run(where: Document, options: object): Promise<unknown> } }).axe.run(
        document,
        {
          resultTypes: ["violations"],
        },
      ) as Promise<AxeResult>,
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
}
