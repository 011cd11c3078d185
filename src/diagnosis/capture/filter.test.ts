import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHostPort } from "#base";
import { FilterMatch, readFilter } from "./filter.ts";

const NAMES: Readonly<Record<string, string[]>> = { "guest.test": ["192.0.2.7", "2001:db8::7"], "empty.test": [] };
const resolve = async (name: string) => {
  if (!NAMES[name]) throw new Error("no such name");
  return NAMES[name];
};
const read = (addresses: string[], ports: number[] = []) => readFilter(addresses, ports, resolve);

test("addresses, prefixes and names become prefixes, each once", async () => {
  assert.deepEqual(await read(["192.0.2.7", "10.0.0.0/8", "guest.test", "::ffff:192.0.2.7"], [443, 443]), {
    prefixes: ["192.0.2.7", "10.0.0.0/8", "2001:db8::7"],
    ports: [443],
  });
});

for (const [what, addresses, ports] of [
  ["half an address", ["10.0.0"], []],
  ["a prefix that is too long", ["10.0.0.0/33"], []],
  ["a name that DNS does not know", ["nobody.test"], []],
  ["a name without an address", ["empty.test"], []],
  ["a capture filter of tcpdump", ["host 10.0.0.1"], []],
  ["no port", [], [0]],
  ["a port that is too high", [], [65536]],
  ["too many", Array(51).fill("10.0.0.1"), []],
] as const)
  test(`${what} is refused`, () =>
    assert.rejects(
      read([...addresses], [...ports]),
      (error: { code?: string }) => error.code === "CAPTURE_BAD_FILTER",
    ));

for (const [wanted, prefixes, ports, local, remote] of [
  [true, [], [], "10.0.0.1:443", "192.0.2.7:1000"],
  [true, ["192.0.2.0/24"], [], "10.0.0.1:443", "192.0.2.7:1000"],
  [true, ["10.0.0.1"], [], "10.0.0.1:443", "192.0.2.7:1000"],
  [false, ["192.0.2.8"], [], "10.0.0.1:443", "192.0.2.7:1000"],
  [true, ["192.0.2.7"], [], "[::]:443", "[::ffff:192.0.2.7]:1000"],
  [true, [], [443], "10.0.0.1:443", "192.0.2.7:1000"],
  [true, [], [1000], "10.0.0.1:443", "192.0.2.7:1000"],
  [false, [], [80], "10.0.0.1:443", "192.0.2.7:1000"],
  [false, ["192.0.2.7"], [80], "10.0.0.1:443", "192.0.2.7:1000"],
  [true, ["fe80::/10"], [], "[fe80::2%eth0]:443", "[fe80::1%eth0]:1000"],
] as const)
  test(`${remote} with ${local} is ${wanted ? "wanted" : "not wanted"} by ${[...prefixes, ...ports].join(" ") || "no filter"}`, () => {
    const match = new FilterMatch({ prefixes, ports });
    const ends = { local: addressOf(local), remote: addressOf(remote) };
    assert.deepEqual([match.wants(ends), match.wants(ends)], [wanted, wanted]);
  });

/** With a scope, which parseHostPort knows nothing of. */
function addressOf(text: string) {
  const scope = /%\w+/.exec(text)?.[0] ?? "";
  const { address, port } = parseHostPort(text.replace(scope, ""))!;
  return { address: `${address}${scope}`, port };
}
