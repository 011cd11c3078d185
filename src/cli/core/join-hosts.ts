import { resolve } from "node:path";
import type { JoinHostsAnswer } from "#core";
import { print, type RoleOptions } from "#role-control";
import { coreControl } from "./core-control.ts";
import { joinHostsText } from "./join-hosts-text.ts";

export interface AddOptions extends RoleOptions {
  readonly target?: string;
  readonly ca?: string;
  readonly certificate?: string;
  readonly whip?: boolean;
  readonly automaticRules: boolean;
}

export async function list(options: RoleOptions): Promise<void> {
  show(options, await coreControl(options)<JoinHostsAnswer>("GET", "/api/join-hosts"));
}

export async function add(host: string, options: AddOptions): Promise<void> {
  const { target, ca, certificate, whip, automaticRules } = options;
  const body = {
    host,
    ...(target ? { target } : {}),
    // Relative to where the administrator stands, not to core.yaml.
    ...(ca ? { ca: resolve(ca) } : {}),
    ...(certificate ? { certificate: resolve(certificate) } : {}),
    ...(whip ? { whip } : {}),
    ...(automaticRules ? {} : { automaticRules }),
  };
  const ask = coreControl(options);
  await ask("POST", "/api/join-hosts", body);
  show(options, await checkOne(ask, host.toLowerCase()));
}

export async function remove(host: string, options: RoleOptions): Promise<void> {
  const answer = await coreControl(options)<JoinHostsAnswer>("DELETE", pathOf(host));
  print(options, answer, () => `Guests no longer join under ${host}.`);
}

export async function check(host: string | undefined, options: RoleOptions): Promise<void> {
  const ask = coreControl(options);
  let answer = await ask<JoinHostsAnswer>("GET", "/api/join-hosts");
  const hosts = host === undefined ? answer.joinHosts.map((one) => one.host) : [host];
  for (const one of hosts) answer = await checkOne(ask, one);
  show(options, answer);
}

export async function turn(on: boolean, host: string | undefined, options: RoleOptions): Promise<void> {
  const path = host === undefined ? "/api/join-hosts-enabled" : pathOf(host);
  const answer = await coreControl(options)<JoinHostsAnswer>("PUT", path, { enabled: on });
  const what = host === undefined ? "The Meeting Server Web Proxy" : `The join host ${host}`;
  print(options, answer, () => `${what} is ${on ? "on" : "off: guests are refused"}.`);
}

function checkOne(ask: ReturnType<typeof coreControl>, host: string): Promise<JoinHostsAnswer> {
  return ask("POST", `${pathOf(host)}/check`);
}

function pathOf(host: string): string {
  return `/api/join-hosts/${encodeURIComponent(host.toLowerCase())}`;
}

/** Exit code 1 while guests of a join host that is on cannot be served. */
function show(options: RoleOptions, answer: JoinHostsAnswer): void {
  print(options, answer, (look) => joinHostsText(answer, look));
  const isDown = ({ enabled, targets }: JoinHostsAnswer["joinHosts"][number]) =>
    enabled && !targets.some(({ status }) => status === "active");
  if (answer.enabled && answer.joinHosts.some(isDown)) process.exitCode = 1;
}
