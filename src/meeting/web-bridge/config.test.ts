import assert from "node:assert/strict";
import { test } from "node:test";
import { inPrefixes, parseConfig } from "#base";
import { webBridgeSection } from "./config.ts";

const YAML = `
listen: "0.0.0.0:443"
certificate: certs/web-bridge.pem
key: certs/web-bridge.key
link: { listen: "127.0.0.1:9999", certificate: a.pem, key: a.key, trust: trust/call-bridges }
trustedProxies: [10.0.0.20, "2001:db8::/32"]
`;

test("the section of the guide is read, its files relative to the file it stands in", () => {
  const config = parseConfig("/etc/turnpike/meeting-server.yaml", YAML, webBridgeSection);
  assert.deepEqual(config.listen, { address: "0.0.0.0", port: 443 });
  assert.equal(config.key, "/etc/turnpike/certs/web-bridge.key");
  assert.deepEqual(config.link.trust, "/etc/turnpike/trust/call-bridges");
  assert.equal(inPrefixes("10.0.0.20", config.trustedProxies), true);
  assert.equal(inPrefixes("2001:db8::9", config.trustedProxies), true);
  assert.equal(inPrefixes("10.0.0.21", config.trustedProxies), false);
});

test("slips are named by key", () => {
  const wrong: [string, string, RegExp][] = [
    ["trust:", "trusted:", /unknown key `link.trusted`/],
    ["10.0.0.20", "10.0.0.0.20", /`trustedProxies.0`.*not an address or prefix/],
    ['"127.0.0.1:9999"', "nowhere:99999", /`link.listen`.*not host:port/],
    ["trust/call-bridges", "[]", /`link.trust`/],
  ];
  for (const [from, to, message] of wrong)
    assert.throws(() => parseConfig("x.yaml", YAML.replace(from, to), webBridgeSection), message);
});
