import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { z } from "zod";
import { parseConfig } from "#base";
import { turnOptions, turnSection } from "./config.ts";

const schema = z.strictObject({ turn: turnSection });
const MINIMAL = `turn: { listen: ["0.0.0.0"], relay: { address: 192.0.2.10 }, sharedSecretFile: secret }`;

function inFolder(run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "turn-config-"));
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("a minimal section is complete, and its secrets are read line by line", () =>
  inFolder((folder) => {
    writeFileSync(join(folder, "secret"), "new-secret\n\n  old-secret  \n");
    const options = turnOptions(parseConfig(join(folder, "edge.yaml"), MINIMAL, schema).turn);
    assert.deepEqual(options.listen, [{ address: "0.0.0.0", port: 3478, transports: ["udp", "tcp"] }]);
    assert.deepEqual(options.relay, {
      ipv4: { address: "192.0.2.10", advertised: "192.0.2.10" },
      ipv6: undefined,
      ports: { first: 24000, last: 29999 },
      defaultFamily: "ipv4",
    });
    assert.deepEqual(options.sharedSecrets, ["new-secret", "old-secret"]);
    assert.equal(options.unauthenticatedBinding, false);
    assert.deepEqual([options.tcpAllocations, options.mobility], [false, false]);
    assert.doesNotThrow(() => structuredClone(options), "it crosses to the worker process");
  }));

test("with TURN on TCP 443, TCP 3478 does not answer; UDP stays, and may have 443 as well", () =>
  inFolder((folder) => {
    writeFileSync(join(folder, "secret"), "secret");
    const more = 'tcp443: true, udp443: true, tlsListen: ["0.0.0.0"], listen';
    const options = turnOptions(parseConfig(join(folder, "edge.yaml"), MINIMAL.replace("listen", more), schema).turn);
    assert.deepEqual(
      options.listen.map(({ port, transports }) => `${port} ${transports}`),
      ["3478 udp", "443 udp", "5349 tls"],
    );
  }));

test("the expressway profile has its realm and its answer to a wrong password, each of which can be set alone", () =>
  inFolder((folder) => {
    writeFileSync(join(folder, "secret"), "secret");
    const read = (more: string) =>
      turnOptions(parseConfig(join(folder, "edge.yaml"), MINIMAL.replace("listen", `${more} listen`), schema).turn);
    const of = ({ realm, wrongPasswordCode }: ReturnType<typeof read>) => [realm, wrongPasswordCode];
    assert.deepEqual(of(read("")), ["turnpike", 401]);
    assert.deepEqual(of(read("profile: expressway,")), ["TANDBERG", 431]);
    assert.deepEqual(of(read("profile: expressway, wrongPasswordCode: 401,")), ["TANDBERG", 401]);
    assert.deepEqual(of(read("realm: TANDBERG,")), ["TANDBERG", 401]);
  }));

test("what cannot work is refused before anything listens", () =>
  inFolder((folder) => {
    const parse = (text: string) => () => turnOptions(parseConfig(join(folder, "edge.yaml"), text, schema).turn);
    const relay = "relay: { address: 192.0.2.10 }";
    assert.throws(parse(`turn: { listen: ["0.0.0.0"], ${relay} }`), { code: "TURN_NO_CREDENTIALS" });
    assert.throws(parse(MINIMAL), { code: "TURN_SECRET_UNREADABLE", message: /`turn.sharedSecretFile`/ });
    writeFileSync(join(folder, "secret"), "\n");
    assert.throws(parse(MINIMAL), { code: "TURN_SECRET_UNREADABLE", message: /it is empty/ });
    const prefix = MINIMAL.replace("listen", "allowPeers: { guest: [10.0.0.0/33] }, listen");
    assert.throws(parse(prefix), { code: "CONFIG_BAD_VALUE", message: /allowPeers.guest.0/ });
    const ipv6 = MINIMAL.replace("192.0.2.10", '"2001:db8::1"');
    assert.throws(parse(ipv6), { code: "CONFIG_BAD_VALUE", message: /IPv4/ });
  }));

test("a certificate without its key, or a key alone, is refused", () => {
  for (const one of ["certificate: c.pem", "key: c.key"])
    assert.throws(() => parseConfig("/etc/tp/edge.yaml", MINIMAL.replace("listen", `${one}, listen`), schema), {
      code: "CONFIG_BAD_VALUE",
      message: /give both `certificate` and `key`, or neither/,
    });
});
