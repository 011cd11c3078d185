import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig, TurnpikeError } from "#base";
import { acmeSection, certificateSource } from "./config.ts";

const files = { certificate: "/web.pem", key: "/web.key" };
const acme = acmeSection.parse({ agreeToTerms: true });

test("ACME needs nothing but that the terms are agreed to, and asks Let's Encrypt", () => {
  assert.equal(acme.directory, "https://acme-v02.api.letsencrypt.org/directory");
  const parsed = parseConfig("/etc/x/edge.yaml", "agreeToTerms: true\nemail: admin@example.com\n", acmeSection);
  assert.equal(parsed.folder, "/etc/x/acme");
});

test("terms that nobody agreed to, a directory without TLS and an address that is none are refused by name", () => {
  const refused = (text: string, why: RegExp) => assert.throws(() => parseConfig("edge.yaml", text, acmeSection), why);
  refused("{}", /agreeToTerms/);
  refused("agreeToTerms: false", /read the terms/);
  refused("{ agreeToTerms: true, directory: 'http://ca.example/dir' }", /directory.*https/);
  refused("{ agreeToTerms: true, email: admin }", /email/);
});

test("ACME goes before files, which serve until it has a certificate, and files before the local authority", () => {
  const localAuthority = { folder: "/authority" };
  const settings = { directory: acme.directory, folder: "acme" };
  assert.deepEqual(certificateSource("web", { acme }), { from: "acme", acme: settings });
  assert.deepEqual(certificateSource("web", { acme, ...files }), { from: "acme", acme: settings, meanwhile: files });
  assert.deepEqual(certificateSource("web", { ...files, localAuthority }), { from: "files", ...files });
  assert.deepEqual(certificateSource("web", { localAuthority }), { from: "local", folder: "/authority" });
});

test("no source, or half of one, is an error that names the section", () => {
  for (const keys of [{}, { key: "/web.key" }, { certificate: "/web.pem", acme }])
    assert.throws(
      () => certificateSource("web", keys),
      (error) =>
        error instanceof TurnpikeError && error.code === "CERTIFICATE_NO_SOURCE" && /`web`/.test(error.message),
    );
});
