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
    assert.deepEqual(options.listen, [{ address: "0.0.0.0", port: 3478 }]);
    assert.deepEqual(options.relay, {
      address: "192.0.2.10",
      advertised: "192.0.2.10",
      ports: { first: 24000, last: 29999 },
    });
    assert.deepEqual(options.sharedSecrets, ["new-secret", "old-secret"]);
    assert.equal(options.unauthenticatedBinding, false);
    assert.doesNotThrow(() => structuredClone(options), "it crosses to the worker process");
  }));

test("a user's password comes from its file", () =>
  inFolder((folder) => {
    writeFileSync(join(folder, "anna"), "anna-password\n");
    const text = `turn: { listen: ["0.0.0.0:3478"], relay: { address: 192.0.2.10 },
      users: [{ username: anna, passwordFile: anna, role: guest }] }`;
    const { users } = turnOptions(parseConfig(join(folder, "edge.yaml"), text, schema).turn);
    assert.deepEqual(users, [{ username: "anna", role: "guest", password: "anna-password" }]);
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
