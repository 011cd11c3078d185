import { once } from "node:events";
import type { CloseReason, Scope } from "#base";
import { command } from "./command.ts";
import { delayLine } from "./delay-line/index.ts";
import { readDrops } from "./drops.ts";
import { rulesOf } from "./firewall.ts";
import { namePrefix, removeNamespace, removeStaleLabs, standingLabs, writeEtc } from "./namespaces.ts";
import {
  ADDRESS,
  accessLink,
  type Extent,
  GUEST_NETWORKS,
  type GuestNetwork,
  type HostName,
  hostsOf,
  type Link,
  linksOf,
  ROUTERS,
  resolverOf,
  routesOf,
  type Zone,
  zonesOf,
} from "./plan.ts";
import { LabProcess, type RunOptions } from "./process.ts";

export interface LabOptions extends Extent {
  /** Milliseconds of round trip added to a guest network's line. */
  readonly roundTripMs?: Partial<Readonly<Record<GuestNetwork, number>>>;
}

/** All networks of the plan, in namespaces that belong to this process. */
export interface Lab {
  readonly scope: Scope;
  readonly extent: Extent;
  namespace(host: HostName): string;
  /** Starts a program on a host. It ends with the lab at the latest. */
  run(host: HostName, file: string, args: readonly string[], options?: RunOptions): LabProcess;
  /** As `run`, for this Node. */
  node(host: HostName, file: string, args?: readonly string[], options?: RunOptions): LabProcess;
  /** Puts files into /etc as the host sees it; the folders must exist in the machine's /etc. */
  etc(host: HostName, files: Readonly<Record<string, string>>): void;
  /** Answers of that view of the DNS from now on. Whoever has asked before may know the old ones for 30 s. */
  setZone(view: View, zone: Zone): Promise<void>;
  /** Pulls a host's cable out, or puts it in again. */
  setLink(host: HostName, device: string, up: boolean): Promise<void>;
  /** Packets that a firewall or NAT has dropped so far, as "inner.dmz_to_inside". */
  drops(): Promise<Record<string, number>>;
  close(reason?: CloseReason): Promise<void>;
}

type View = "public" | "inside";

/** Builds the lab; one per process. What crashed runs left behind is removed first. */
export async function buildLab(owner: Scope, options: LabOptions = {}): Promise<Lab> {
  removeStaleLabs();
  if (standingLabs().has(process.pid)) throw new Error("this process has a lab already");
  const scope = owner.child();
  removeAtTheEnd(scope);
  const servers = new Map<View, LabProcess>();
  const hosts = hostsOf(options);
  const lab = labOf(scope, options, servers);
  try {
    await Promise.all(hosts.map((host) => addHost(lab.namespace(host), host)));
    await addLinks(lab, options);
    await Promise.all(hosts.map((host) => configure(lab.namespace(host), host, options)));
    startDns(lab, servers, options);
    await Promise.all([...servers.values()].map((server) => server.line("ready")));
    return lab;
  } catch (error) {
    await scope.close();
    throw error;
  }
}

function startDns(lab: Lab, servers: Map<View, LabProcess>, options: LabOptions): void {
  const main = `${import.meta.dirname}/dns/main.ts`;
  const zones = zonesOf(options);
  const start = (host: HostName, address: string, zone: Zone) =>
    lab.node(host, main, [address, JSON.stringify(zone)], { ipc: true });
  servers.set("public", start("internet", ADDRESS.publicDns, zones.public));
  servers.set("inside", start("lan", ADDRESS.insideDns, zones.inside));
}

function labOf(scope: Scope, extent: Extent, dns: ReadonlyMap<View, LabProcess>): Lab {
  const namespace = (host: HostName) => `${namePrefix(process.pid)}${host}`;
  const run = (host: HostName, file: string, args: readonly string[], options?: RunOptions) =>
    new LabProcess(scope, namespace(host), file, args, options);
  return {
    scope,
    extent,
    namespace,
    run,
    node: (host, file, args = [], options) => run(host, process.execPath, [file, ...args], options),
    etc: (host, files) => writeEtc(namespace(host), files),
    drops: () => readDrops(namespace),
    setZone: async (view, zone) => {
      const { child } = dns.get(view)!;
      const changed = once(child, "message");
      child.send(zone as Record<string, string>);
      await changed;
    },
    setLink: async (host, device, up) => {
      await command("ip", ["-n", namespace(host), "link", "set", device, up ? "up" : "down"]);
      // The kernel forgot the routes by that interface with it.
      if (up)
        for (const route of routesOf(host))
          await command("ip", ["-n", namespace(host), "route", "replace", ...route.split(" ")]);
    },
    close: (reason) => scope.close(reason),
  };
}

/** Also when the process ends without closing the scope; only SIGKILL leaves it to the next run. */
function removeAtTheEnd(scope: Scope): void {
  const remove = () => {
    for (const name of standingLabs().get(process.pid) ?? []) removeNamespace(name);
  };
  const interrupted = () => void scope.close().finally(() => process.exit(130));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, interrupted);
  process.once("exit", remove);
  scope.defer(() => {
    remove();
    process.off("exit", remove);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(signal, interrupted);
  });
}

async function addHost(name: string, host: HostName): Promise<void> {
  await command("ip", ["netns", "add", name]);
  const resolver = resolverOf(host);
  if (resolver) writeEtc(name, { "resolv.conf": `nameserver ${resolver}\noptions timeout:2 attempts:2\n` });
  // Without IPv6, so that the rules of one family are the whole truth; and no bridged packet passes a firewall unseen.
  const settings = [
    "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6",
    "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6",
    ...(ROUTERS.includes(host) ? ["echo 1 > /proc/sys/net/ipv4/ip_forward"] : []),
    "for f in /proc/sys/net/bridge/bridge-nf-call-*; do [ -w $f ] && echo 0 > $f; done; true",
  ];
  await command("ip", ["netns", "exec", name, "sh", "-c", settings.join("\n")]);
}

async function addLinks(lab: Lab, options: LabOptions): Promise<void> {
  const plain = GUEST_NETWORKS.filter((network) => !options.roundTripMs?.[network]).map(accessLink);
  await batch(
    "",
    [...linksOf(options), ...plain].map(([a, b]) => `link add ${deviceOf(lab, a)} type veth peer ${deviceOf(lab, b)}`),
  );
  for (const network of GUEST_NETWORKS) {
    const ms = options.roundTripMs?.[network];
    if (!ms) continue;
    const [a, b] = accessLink(network).map((end) => ({ namespace: lab.namespace(end.host), device: end.device }));
    await delayLine(lab.scope, ms / 2, a!, b!);
  }
}

const deviceOf = (lab: Lab, end: Link[0]) => `${end.device} netns ${lab.namespace(end.host)}`;

async function configure(name: string, host: HostName, options: LabOptions): Promise<void> {
  const ends = [...linksOf(options), ...GUEST_NETWORKS.map(accessLink)].flat().filter((end) => end.host === host);
  const addresses = ends.filter((end) => end.address).map((end) => `addr add ${end.address} dev ${end.device}`);
  await batch(name, [
    "link set lo up",
    ...(host === "lan" ? lanSwitch(ends.map((end) => end.device)) : []),
    ...(host === "internet" ? [`addr add ${ADDRESS.publicDns}/32 dev lo`] : []),
    ...(host === "internet" && options.balancer ? [`addr add ${ADDRESS.balancer}/32 dev lo`] : []),
    ...addresses,
    ...ends.map((end) => `link set ${end.device} up`),
    ...routesOf(host).map((route) => `route add ${route}`),
  ]);
  const rules = rulesOf(host);
  if (rules) await command("ip", ["netns", "exec", name, "nft", "-f", "-"], rules);
}

function lanSwitch(ports: readonly string[]): string[] {
  return [
    "link add br0 type bridge",
    ...ports.map((port) => `link set ${port} master br0`),
    `addr add ${ADDRESS.insideDns}/24 dev br0`,
    "link set br0 up",
  ];
}

function batch(namespace: string, lines: readonly string[]): Promise<string> {
  return command("ip", [...(namespace ? ["-n", namespace] : []), "-batch", "-"], `${lines.join("\n")}\n`);
}
