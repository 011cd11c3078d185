import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WebSocket } from "ws";
import type { Scope } from "#base";
import { type Page, SCRIPT } from "./page.ts";

const PREFERENCES = {
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

/** A page of Debian's Firefox, driven by WebDriver BiDi (w3.org/TR/webdriver-bidi). It trusts any certificate. */
export async function openFirefox(scope: Scope): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), "firefox-"));
  scope.defer(() => rmSync(profile, { recursive: true, force: true }));
  const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
  writeFileSync(join(profile, "user.js"), lines.join("\n"));
  const ask = await session(scope, `${await start(scope, profile)}/session`);
  await ask("session.new", { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } });
  const { context } = await ask("browsingContext.create", { type: "tab" });
  const evaluate = async (expression: string) => {
    const answer = await ask("script.evaluate", { expression, target: { context }, awaitPromise: true });
    const { result, exceptionDetails } = answer as {
      result?: { value?: unknown };
      exceptionDetails?: { text: string };
    };
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return result?.value;
  };
  await evaluate(SCRIPT);
  return { evaluate };
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
