import type { Scope } from "#base";
import * as firefox from "#test-firefox";
import { type Page, SCRIPT } from "./page.ts";

export async function openFirefox(scope: Scope): Promise<Page> {
  const page = await firefox.openFirefox(scope);
  await page.evaluate(SCRIPT);
  return page;
}
