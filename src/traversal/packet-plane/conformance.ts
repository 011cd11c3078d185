import { test } from "node:test";
import { Scope } from "#base";
import { burstChecks } from "./conformance/bursts.ts";
import { crowdChecks } from "./conformance/crowd.ts";
import { icmpChecks } from "./conformance/icmp.ts";
import { limitChecks } from "./conformance/limits.ts";
import { markChecks, type OpenMarked } from "./conformance/marks.ts";
import { packetChecks } from "./conformance/packets.ts";
import { relayChecks } from "./conformance/relays.ts";
import { sendChecks } from "./conformance/sends.ts";
import { tapChecks } from "./conformance/tap.ts";
import { type Checks, IPV4, IPV6, World } from "./conformance/world.ts";
import type { OpenPlane } from "./contract.ts";

export interface PlaneAbilities {
  /** It has `dontFragment`. */
  readonly icmp: boolean;
  /** Its packets keep DSCP and ECN, as such sockets can see. */
  readonly marks?: OpenMarked | undefined;
}

/** What every packet plane does, on however many threads. Each plane's test calls this with its `open`. */
export function planeConformance(name: string, open: OpenPlane, { icmp, marks }: PlaneAbilities): void {
  const both: Checks = {
    ...packetChecks,
    ...relayChecks,
    ...sendChecks,
    ...burstChecks,
    ...crowdChecks,
    ...tapChecks,
    ...(icmp ? icmpChecks : {}),
    ...(marks ? markChecks(marks) : {}),
  };
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
