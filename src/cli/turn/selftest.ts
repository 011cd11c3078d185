import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type ErrorTable, errorsOf, loadConfig, parseHostPort, Scope, systemClock, type TransportAddress } from "#base";
import { readSecretFile } from "#certificates";
import { edgeConfig, type RelayRow } from "#edge";
import type { AllocationStatus, TurnListener, TurnStatus } from "#turn";
import {
  type CountStrays,
  type SelftestResult,
  type SelftestTarget,
  selftest,
  shortTermCredentials,
} from "#turn-client";
import { type Ask, edgeControl } from "./edge-control.ts";
import { lookOf } from "./look.ts";
import { selftestText } from "./selftest-text.ts";

export const selftestErrors = {
  SELFTEST_NO_SECRET: {
    kind: "config",
    text: "{file} names no shared secret, so no credentials for a test can be made",
    remedy: "set `turn.sharedSecretFile`",
  },
  SELFTEST_BAD_SERVER: {
    kind: "user",
    text: "--server {server} is not a host or host:port",
    remedy: "give the edge's public name or address, such as edge.example.com",
  },
} as const satisfies ErrorTable;

const fail = errorsOf(selftestErrors);

export interface SelftestOptions {
  readonly config: string;
  readonly json?: boolean;
  /** Instead of the edge on this machine. */
  readonly server?: string;
  readonly secretFile?: string;
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
  const config = loadConfig(resolve(options.config), edgeConfig);
  const { sharedSecretFile, certificate = config.web.certificate, relay } = config.turn;
  if (!sharedSecretFile) throw fail("SELFTEST_NO_SECRET", { file: options.config });
  const ask = edgeControl(options);
  const { listening } = await ask<TurnStatus>("GET", "/api/turn/status");
  const credentials = credentialsFrom(sharedSecretFile);
  const tls = { serverName: config.joinHosts[0]!, authorities: readFileSync(certificate, "utf8") };
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
  const server = parseHostPort(text, 3478);
  if (!server) throw fail("SELFTEST_BAD_SERVER", { server: text });
  if (!options.secretFile) throw fail("SELFTEST_NO_SECRET", { file: "--secret-file" });
  const credentials = credentialsFrom(options.secretFile);
  const tls = { serverName: server.address };
  const at = (port: number) => ({ address: server.address, port });
  return {
    targets: [
      { server, transport: "udp", credentials },
      { server, transport: "tcp", credentials },
      { server: at(443), transport: "tcp", credentials },
      { server: at(443), transport: "tls", tls, credentials },
      { server: at(5349), transport: "tls", tls, credentials },
    ],
  };
}

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
function strays(ask: Ask): CountStrays {
  return async ({ address, port }) => {
    const rows = await ask<readonly RelayRow[]>("GET", "/api/turn/relays");
    const row = rows.find(({ relays }) =>
      relays.some((relay) => relay.endsWith(`:${port}`) && relay.includes(address)),
    );
    if (!row) return undefined;
    return (await ask<AllocationStatus>("GET", `/api/turn/relays/${row.id}`)).counters.refusedPackets;
  };
}
