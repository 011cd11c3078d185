import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WebSocket } from "ws";
import type { Scope } from "#base";
import type { TestPage } from "./testing-page.ts";

const PREFERENCES = {
  "media.navigator.permission.disabled": true,
  "media.peerconnection.ice.loopback": true,
  "media.autoplay.default": 0,
  "media.autoplay.blocking_policy": 0,
  // No request leaves for Mozilla's hosts.
  "network.connectivity-service.enabled": false,
  "network.captive-portal-service.enabled": false,
  "browser.safebrowsing.downloads.remote.enabled": false,
  "services.settings.server": "data:,",
  "app.normandy.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "toolkit.telemetry.server": "data:,",
  "extensions.update.enabled": false,
  "media.gmp-manager.updateEnabled": false,
};

/** One page of Debian's Firefox, driven by WebDriver BiDi (w3.org/TR/webdriver-bidi), which playwright does not speak. */
export async function openFirefox(scope: Scope): Promise<TestPage> {
  const profile = mkdtempSync(join(tmpdir(), "firefox-"));
  scope.defer(() => rmSync(profile, { recursive: true, force: true }));
  const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
  writeFileSync(join(profile, "user.js"), lines.join("\n"));
  const args = ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"];
  const env = { ...process.env, HOME: profile };
  const firefox = spawn("/usr/bin/firefox-esr", args, { stdio: ["ignore", "ignore", "pipe"], env });
  scope.defer(async () => {
    const ended = firefox.exitCode === null ? once(firefox, "exit") : undefined;
    firefox.kill();
    await ended;
  });
  const ask = await session(scope, `${await address(firefox.stderr)}/session`);
  await ask("session.new", { capabilities: {} });
  const { context } = await ask("browsingContext.create", { type: "tab" });
  return {
    goto: (url) => ask("browsingContext.navigate", { context, url, wait: "complete" }),
    evaluate: async (expression) => {
      const target = { context };
      const answer = await ask("script.evaluate", { expression, target, awaitPromise: true, userActivation: true });
      assert.equal(answer.type, "success", JSON.stringify(answer));
      return (answer.result as { value?: unknown }).value;
    },
    waitForTimeout: (ms) => scope.sleep(ms),
  };
}

async function address(stderr: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(stderr)) {
    const found = /WebDriver BiDi listening on (\S+)/.exec(line);
    if (found) {
      stderr.resume();
      return found[1]!;
    }
  }
  throw new Error("Firefox ended before it listened");
}

type Ask = (method: string, params: object) => Promise<Record<string, unknown>>;

async function session(scope: Scope, url: string): Promise<Ask> {
  const socket = new WebSocket(url);
  scope.defer(() => socket.terminate());
  await once(socket, "open");
  const waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  socket.on("message", (data) => {
    const { id, result, error, message } = JSON.parse(String(data));
    if (error) waiting.get(id)?.reject(new Error(`${error}: ${message}`));
    else waiting.get(id)?.resolve(result);
    waiting.delete(id);
  });
  socket.on("close", () => {
    for (const answer of waiting.values()) answer.reject(new Error("Firefox has ended"));
  });
  let last = 0;
  return (method, params) => {
    const answer = Promise.withResolvers<Record<string, unknown>>();
    waiting.set(++last, answer);
    socket.send(JSON.stringify({ id: last, method, params }));
    return answer.promise;
  };
}
