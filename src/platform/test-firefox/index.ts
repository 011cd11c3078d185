import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WebSocket } from "ws";
import type { Scope } from "#base";

const PREFERENCES = {
  "media.navigator.permission.disabled": true,
  "media.autoplay.default": 0,
  "media.autoplay.blocking_policy": 0,
  // Without it relays on loopback are not used.
  "media.peerconnection.ice.loopback": true,
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

export interface FirefoxPage {
  goto(url: string): Promise<unknown>;
  /** Gives a primitive value, or that of a promise. Rejects if the expression throws. */
  evaluate(expression: string): Promise<unknown>;
  waitForTimeout(ms: number): Promise<void>;
}

/**
 * For tests: a page of Debian's Firefox, driven by WebDriver BiDi (w3.org/TR/webdriver-bidi), which playwright does not
 * speak. It trusts any certificate and ends with its scope.
 */
export async function openFirefox(scope: Scope): Promise<FirefoxPage> {
  const profile = mkdtempSync(join(tmpdir(), "firefox-"));
  scope.defer(() => rmSync(profile, { recursive: true, force: true }));
  const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
  writeFileSync(join(profile, "user.js"), lines.join("\n"));
  const ask = await session(scope, `${await start(scope, profile)}/session`);
  await ask("session.new", { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } });
  const { context } = await ask("browsingContext.create", { type: "tab" });
  const target = { context };
  return {
    goto: (url) => ask("browsingContext.navigate", { context, url, wait: "complete" }),
    evaluate: async (expression) =>
      resultOf(await ask("script.evaluate", { expression, target, awaitPromise: true, userActivation: true })),
    waitForTimeout: (ms) => scope.sleep(ms),
  };
}

function resultOf(answer: Record<string, unknown>): unknown {
  const { result, exceptionDetails } = answer as {
    readonly result?: { readonly value?: unknown };
    readonly exceptionDetails?: { readonly text: string };
  };
  if (exceptionDetails) throw new Error(exceptionDetails.text);
  return result?.value;
}

/** Returns the address of its WebDriver. */
async function start(scope: Scope, profile: string): Promise<string> {
  const args = ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"];
  const env = { ...process.env, HOME: profile };
  const firefox: ChildProcess = spawn("/usr/bin/firefox-esr", args, { stdio: ["ignore", "ignore", "pipe"], env });
  const ended = once(firefox, "exit");
  scope.defer(async () => {
    firefox.kill();
    await ended;
  });
  for await (const line of createInterface(firefox.stderr!)) {
    const found = /WebDriver BiDi listening on (\S+)/.exec(line);
    if (!found) continue;
    firefox.stderr!.resume();
    return found[1]!;
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
