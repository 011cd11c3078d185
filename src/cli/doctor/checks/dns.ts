import { lookup } from "node:dns/promises";
import { textOf } from "#base";
import { isPrivateAddress } from "#turn";
import { type Check, good, type Target, warn } from "../contract.ts";
import { fail } from "../errors.ts";

/** Looks the join host up as a browser does, and adds its addresses to `found`. */
export function dns(edge: string | undefined, found: string[]): Check<Target> {
  return {
    name: "dns",
    title: () => "DNS",
    run: async ({ joinHost: host }) => {
      const answers = await lookup(host, { all: true, order: "ipv4first" }).catch((error: unknown) => {
        throw fail("DOCTOR_DNS_MISSING", { host, why: textOf(error) }, error);
      });
      found.push(...new Set(answers.map(({ address }) => address)));
      const inside = found.find(isPrivateAddress);
      if (edge !== undefined && !found.includes(edge))
        return warn(fail("DOCTOR_DNS_OTHER", { host, found: found.join(", "), address: edge }));
      if (inside !== undefined) return warn(fail("DOCTOR_DNS_PRIVATE", { host, address: inside }));
      return good(found.join(", "));
    },
  };
}
