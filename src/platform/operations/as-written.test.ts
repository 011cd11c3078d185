import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePrefix } from "#base";
import { asWritten } from "./as-written.ts";

test("what holds is shown in the form of the file, whether the file or a default says it", () => {
  const holds = {
    listen: { address: "0.0.0.0", port: 443 },
    other: { address: "::", port: 80 },
    ports: { first: 24_000, last: 29_999 },
    certificate: "/etc/x/certs/web.pem",
    from: ["10.0.0.0/8", "fc00::/7"].map(parsePrefix),
    exempt: [parsePrefix("192.0.2.1")],
    hosts: [{ host: "a.example.com", enabled: true }],
  };
  const file = { certificate: "certs/web.pem", exempt: ["192.0.2.1"], hosts: [{ host: "a.example.com" }] };
  assert.deepEqual(asWritten(holds, file), {
    listen: "0.0.0.0:443",
    other: "[::]:80",
    ports: "24000-29999",
    certificate: "certs/web.pem",
    from: ["10.0.0.0/8", "fc00::/7"],
    exempt: ["192.0.2.1"],
    hosts: [{ host: "a.example.com", enabled: true }],
  });
});
