import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import type { HostName, Lab } from "../lab/index.ts";

/** 15 frames a second with a beep each second: enough to see and hear, and light on two cores. */
const FAKE_DEVICES = ["--use-fake-device-for-media-stream=fps=15", "--use-fake-ui-for-media-stream"];

const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-background-timer-throttling",
  "--disable-renderer-backgrounding",
  "--disable-backgrounding-occluded-windows",
];

/**
 * Debian's Chromium on a host of the lab, with fake camera and microphone. It trusts the deployment's authority as an
 * administrator would make it, by policy, and no other; certificate errors are errors.
 */
export async function browserOn(lab: Lab, host: HostName, authority: string): Promise<Browser> {
  const der = authority.replace(/-----[^-]+-----|\s/g, "");
  lab.etc(host, { "chromium/policies/managed/turnpike.json": JSON.stringify({ CACertificates: [der] }) });
  const dir = mkdtempSync(join(tmpdir(), "turnpike-browser-"));
  lab.scope.defer(() => rmSync(dir, { recursive: true, force: true }));
  const wrapper = join(dir, "chromium");
  writeFileSync(wrapper, `#!/bin/sh\nexec ip netns exec ${lab.namespace(host)} chromium "$@"\n`, { mode: 0o755 });
  const browser = await chromium.launch({ executablePath: wrapper, args: [...QUIET, ...FAKE_DEVICES] });
  lab.scope.defer(() => browser.close());
  return browser;
}
