import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { until } from "#until";
import { type CoturnWorld, coturnWorld, runTool } from "./coturn-world.ts";
import { BRIDGE, SECRET } from "./test-world.ts";

const SHORT_TERM = `-u user -W ${SECRET}`;

describe("turnutils_uclient gets nothing", { concurrency: 6 }, () => {
  test("with a wrong secret", async () => {
    await using world = await coturnWorld();
    const { output, ended } = await uclient(world, "-u user -W wrong -y -c");
    assert.ok(ended);
    assert.match(output, /Cannot complete Allocation/);
    assertUntouched(world);
  });

  test("with a wrong password, and Expressway's 431 makes it stop at once", async () => {
    await using world = await coturnWorld({ wrongPasswordCode: 431 });
    const { output, ended } = await uclient(world, `-u ${BRIDGE.username} -w wrong -y -c`);
    assert.ok(ended);
    assert.match(output, /error 431 \(Integrity Check Failure\)/);
    assertUntouched(world);
  });

  test("with a wrong password, however often it tries", async () => {
    await using world = await coturnWorld();
    const { output, ended } = await uclient(world, `-u ${BRIDGE.username} -w wrong -y -c`);
    assert.ok(ended);
    assert.match(output, /Cannot complete Allocation/);
    assertUntouched(world);
  });

  test("from a second channel for the same peer", async () => {
    await using world = await coturnWorld();
    const { output, ended } = await uclient(world, `${SHORT_TERM} -c -X -N -e 127.0.0.1 -r 9`);
    assert.ok(ended);
    assert.match(output, /channel bind: error 400/);
    assert.deepEqual(complaints(world), []);
  });

  for (const [transport, flags] of [
    ["UDP", ""],
    ["TCP", "-t"],
  ])
    test(`from messages with random faults over ${transport}, and others are served as before`, async () => {
      await using world = await coturnWorld();
      // Ends by itself only if no fault hit a message that it waits for an answer to.
      await uclient(world, `${SHORT_TERM} -c -X -R ${flags} -e 127.0.0.1 -r 9`, 3000);
      const { output } = await uclient(world, `${SHORT_TERM} -y -c ${flags} -X`);
      assert.match(output, /Total lost packets 0 /);
      assert.deepEqual(complaints(world), []);
    });

  test("by DTLS, which this server does not speak: it stays silent and keeps nothing", async () => {
    await using world = await coturnWorld();
    await uclient(world, `${SHORT_TERM} -c -S -X -e 127.0.0.1 -r 9`, 3000);
    assert.ok((world.server.status().silent.junk ?? 0) > 0);
    assert.deepEqual(world.server.status().responses, {});
    assertUntouched(world);
  });

  // coturn 4.6.1 writes ADDITIONAL-ADDRESS-FAMILY with the number of a draft (0x8032), where RFC 8656 has 0x8000.
  test("but an IPv4 relay when it asks for one of each family by a draft's attribute", async () => {
    await using world = await coturnWorld();
    const run = uclient(world, `${SHORT_TERM} -Z -e 127.0.0.1 -r 9`, 4000);
    await until(() => world.server.allocations().length > 0);
    const families = world.server.allocations().flatMap(({ relays }) => relays.map(({ address }) => address));
    assert.deepEqual([...new Set(families)], ["127.0.0.1"]);
    await run;
    assert.deepEqual(complaints(world), []);
  });
});

describe("other tools of coturn", () => {
  for (const [address, at] of [
    ["127.0.0.1", "mixed"],
    ["::1", "ipv6"],
  ] as const)
    test(`turnutils_stunclient learns its address from ${address} where Binding needs no password`, async () => {
      await using world = await coturnWorld();
      const { output } = await runTool("turnutils_stunclient", `-p ${world.ports[at]} ${address}`);
      assert.match(output, new RegExp(`UDP reflexive addr: ${address}:\\d+`));
    });

  test("turnutils_stunclient learns nothing where it does", async () => {
    await using world = await coturnWorld({ unauthenticatedBinding: false });
    const { output } = await runTool("turnutils_stunclient", `-p ${world.ports.mixed} 127.0.0.1`, 3000);
    assert.doesNotMatch(output, /reflexive/);
    assertUntouched(world);
  });

  test("turnutils_natdiscovery finds no second address: RFC 5780 is not offered", async () => {
    await using world = await coturnWorld();
    const { output, ended } = await runTool("turnutils_natdiscovery", `-m -f -p ${world.ports.mixed} 127.0.0.1`, 5000);
    assert.ok(ended);
    assert.match(output, /UDP reflexive addr: 127\.0\.0\.1/);
    assert.doesNotMatch(output, /Other addr|RFC 5780 response/);
  });
});

function uclient({ ports, ca }: CoturnWorld, flags: string, withinMs?: number) {
  return runTool("turnutils_uclient", `${flags} -E ${ca} -p ${ports.mixed} -n 5 -m 1 127.0.0.1`, withinMs);
}

const complaints = ({ lines }: CoturnWorld) => lines.filter(({ level }) => level === "warn" || level === "error");

function assertUntouched(world: CoturnWorld): void {
  const { allocations, connections } = world.server.status();
  assert.deepEqual([allocations, connections], [0, 0]);
  assert.deepEqual(complaints(world), []);
}
