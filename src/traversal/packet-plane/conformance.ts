import { test } from "node:test";
import { Scope } from "#base";
import { icmpChecks } from "./conformance/icmp.ts";
import { limitChecks } from "./conformance/limits.ts";
import { packetChecks } from "./conformance/packets.ts";
import { relayChecks } from "./conformance/relays.ts";
import { tapChecks } from "./conformance/tap.ts";
import { type Checks, IPV4, IPV6, World } from "./conformance/world.ts";
import type { OpenPlane } from "./contract.ts";

/** What every packet plane does. Each plane's test calls this with its `open`; `icmp` says that it has `dontFragment`. */
export function planeConformance(name: string, open: OpenPlane, { icmp }: { readonly icmp: boolean }): void {
  const both: Checks = { ...packetChecks, ...relayChecks, ...tapChecks, ...(icmp ? icmpChecks : {}) };
  const run = (family: string, here: typeof IPV4 | typeof IPV6, checks: Checks) => {
    for (const [effect, check] of Object.entries(checks))
      test(`${name}, ${family}: ${effect}`, async () => {
        await using scope = new Scope();
        await check(await World.create(scope, open, here));
      });
  };
  run("IPv4", IPV4, { ...both, ...limitChecks });
  run("IPv6", IPV6, both);
  test(`${name}: says whether it can set DF`, async (t) => {
    await using scope = new Scope();
    t.assert.equal(open(scope, { onPacket: () => {} }).dontFragment, icmp);
  });
}
