import { readFileSync } from "node:fs";
import {
  type ErrorTable,
  errorsOf,
  formatAddress,
  loadConfig,
  parseHostPort,
  Scope,
  systemClock,
  type TransportAddress,
  textOf,
} from "#base";
import { readSecretFile } from "#certificates";
import { edgeConfig, type RelayRow } from "#edge";
import { type Ask, roleFile } from "#role-control";
import { lookOf } from "#terminal";
import type { AllocationStatus, TurnListener, TurnStatus } from "#turn";
import {
  type CountStrays,
  type SelftestResult,
  type SelftestTarget,
  selftest,
  shortTermCredentials,
} from "#turn-client";
import { edgeControl } from "./edge-control.ts";
import { selftestText } from "./selftest-text.ts";

export const selftestErrors = {
  SELFTEST_NO_SECRET: {
    kind: "config",
    text: "{file} names no shared secret, so no credentials for a test can be made",
    remedy: "set `turn.sharedSecretFile`",
  },
  SELFTEST_BAD_SERVER: {
    kind: "user",
    text: "--server {server} is not a name or address",
    remedy: "give the edge's public name or address without a port, such as edge.example.com; ports stand in --ways",
  },
  SELFTEST_BAD_WAYS: {
    kind: "user",
    text: "--ways {ways}: {way} is not udp, tcp or tls with a port",
    remedy: "give a list such as udp:3478,tcp:443,tls:443",
  },
  SELFTEST_CA_UNREADABLE: {
    kind: "user",
    text: "--ca {file} cannot be read ({why})",
    remedy: "give a copy of the authority's certificate, such as authority/ca.pem of `turnpike init`",
  },
} as const satisfies ErrorTable;

const fail = errorsOf(selftestErrors);

export interface SelftestOptions {
  readonly config?: string;
  readonly json?: boolean;
  /** Instead of the edge on this machine. */
  readonly server?: string;
  readonly secretFile?: string;
  /** "udp:3478,tcp:443,tls:443" */
  readonly ways: string;
  /** PEM file of an authority that the system does not know. */
  readonly ca?: string;
}

const IPV4 = ["ipv4"] as const;
const IPV6 = ["ipv6"] as const;

/** How long the credentials of a test are good, ms. */
const CREDENTIALS_FOR = 120_000;

/** Exit code 1 if any way in does not work. */
export async function runSelftest(options: SelftestOptions): Promise<void> {
  await using scope = new Scope();
  const { targets, countStrays } = options.server ? remote(options, options.server) : await local(options);
  const results: SelftestResult[] = [];
  for (const target of targets) {
    if (process.stderr.isTTY) process.stderr.write(`  trying ${target.transport} …\r`);
    results.push(await selftest(scope, target, countStrays));
  }
  const text = () => selftestText(results, lookOf(process.stdout, systemClock.now()), options.server !== undefined);
  console.log(options.json ? JSON.stringify(results, null, 2) : text());
  if (results.some(({ allocation, relay }) => allocation.state === "failed" || relay.state === "not-reached"))
    process.exitCode = 1;
}

interface Plan {
  readonly targets: readonly SelftestTarget[];
  readonly countStrays?: CountStrays;
}

/** Every listener of the edge that runs here. */
async function local(options: SelftestOptions): Promise<Plan> {
  const file = roleFile(options.config, ["edge"]);
  const config = loadConfig(file, edgeConfig);
  const { sharedSecretFile, certificate = config.web.certificate, relay } = config.turn;
  if (!sharedSecretFile) throw fail("SELFTEST_NO_SECRET", { file });
  const ask = edgeControl(options);
  const { listening } = await ask<TurnStatus>("GET", "/api/turn/status");
  const credentials = credentialsFrom(sharedSecretFile);
  // A certificate by ACME is from an authority that this machine knows.
  const authorities = certificate && { authorities: readFileSync(certificate, "utf8") };
  const tls = { serverName: config.joinHosts[0]!, ...authorities };
  const families = [...(relay.address ? IPV4 : []), ...(relay.address6 ? IPV6 : [])];
  return {
    targets: listening.flatMap((listener) =>
      transportsOf(listener).flatMap((transport) =>
        families.map((family) => ({ server: reachable(listener), transport, tls, family, credentials })),
      ),
    ),
    countStrays: strays(ask),
  };
}

/** The ways by which a guest outside may come. */
function remote(options: SelftestOptions, text: string): Plan {
  const server = parseHostPort(text, 0);
  if (server?.port !== 0) throw fail("SELFTEST_BAD_SERVER", { server: text });
  const ways = parseWays(options.ways);
  if (!options.secretFile) throw fail("SELFTEST_NO_SECRET", { file: "--secret-file" });
  const credentials = credentialsFrom(options.secretFile);
  const { address } = server;
  const tls = { serverName: address, ...(options.ca ? { authorities: readCa(options.ca) } : {}) };
  return { targets: ways.map(({ transport, port }) => ({ server: { address, port }, transport, tls, credentials })) };
}

function readCa(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw fail("SELFTEST_CA_UNREADABLE", { file, why: textOf(error) }, error);
  }
}

/** Reads "udp:3478,tcp:443". Throws SELFTEST_BAD_WAYS. */
export function parseWays(ways: string): readonly { readonly transport: Transport; readonly port: number }[] {
  return ways.split(",").map((way) => {
    const [, transport, digits] = /^\s*(udp|tcp|tls):(\d{1,5})\s*$/.exec(way) ?? [];
    const port = Number(digits);
    if (!transport || port < 1 || port > 65535) throw fail("SELFTEST_BAD_WAYS", { ways, way: way.trim() || "nothing" });
    return { transport: transport as Transport, port };
  });
}

type Transport = SelftestTarget["transport"];

function credentialsFrom(file: string) {
  const [secret] = readSecretFile(file).split("\n");
  return () => shortTermCredentials(secret!.trim(), "bridge", "selftest", systemClock.now() + CREDENTIALS_FOR);
}

/** A listener for TCP tells TLS by itself, and so does the port shared with the web. */
function transportsOf({ transport }: TurnListener): readonly SelftestTarget["transport"][] {
  return transport === "tcp" || transport === "web" ? ["tcp", "tls"] : [transport];
}

function reachable({ address, port }: TransportAddress): TransportAddress {
  const here = address === "0.0.0.0" ? "127.0.0.1" : address === "::" ? "::1" : address;
  return { address: here, port };
}

/** On its own machine an edge lets nobody be a peer, so that what arrives shows as refused packets of that relay. */
export function strays(ask: Ask): CountStrays {
  return async (relayed) => {
    const rows = await ask<readonly RelayRow[]>("GET", "/api/turn/relays");
    const row = rows.find(({ relays }) => relays.includes(formatAddress(relayed)));
    if (!row) return undefined;
    return (await ask<AllocationStatus>("GET", `/api/turn/relays/${row.id}`)).counters.refusedPackets;
  };
}
