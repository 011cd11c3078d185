import assert from "node:assert/strict";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { Scope } from "#base";
import {
  ADDRESS,
  buildLab,
  Deployment,
  EDGE_HOST,
  GUESTS,
  type GuestNetwork,
  JOIN_HOST,
  type Lab,
  labAvailable,
} from "./index.ts";

const skip = (await labAvailable()) ?? false;
const MAIN = resolve(import.meta.dirname, "../src/main.ts");

interface Line {
  readonly check: string;
  readonly state: string;
  readonly says: string;
  readonly code?: string;
  readonly remedy?: string;
}

describe("turnpike doctor outside", { skip }, () => {
  const scope = new Scope();
  let lab: Lab;
  let deployment: Deployment;

  before(async () => {
    lab = await buildLab(scope);
    deployment = new Deployment(lab);
    await deployment.init();
    await deployment.startAll();
  });
  after(() => scope.close());

  async function doctor(network: GuestNetwork, ...more: string[]) {
    const options = ["--join-host", JOIN_HOST, "--ca", join(deployment.dir, "authority", "ca.pem"), ...more];
    const { child, lines } = lab.node(network, MAIN, ["doctor", "outside", ...options]);
    const [code] = await once(child, "close");
    return { code, text: lines.join("\n") };
  }

  /** The lines by check. */
  async function findings(network: GuestNetwork, ...more: string[]): Promise<Map<string, Line>> {
    const { text } = await doctor(network, "--json", ...more);
    return new Map((JSON.parse(text).lines as Line[]).map((line) => [line.check, line]));
  }

  const secret = () => ["--secret-file", join(deployment.dir, "edge", "secrets", "turn")];
  const bad = (lines: ReadonlyMap<string, Line>) =>
    [...lines.values()].filter(({ state }) => state === "bad").map(({ check, code }) => `${check} ${code}`);

  test("from a home with NAT everything works, relays included", async () => {
    const { code, text } = await doctor("home", ...secret());
    assert.equal(code, 0, text);
    assert.match(text, /DNS +ok .* 203\.0\.113\.10\n/);
    assert.match(text, /TCP 80, redirect +ok .* to https:\/\/join\.example\.com\//);
    assert.match(text, /Certificate +ok .*join\.example\.com; until .*TLSv1\.3/);
    assert.match(text, /HTTP through the tunnel +ok .*200; 1 Call Bridge\n/);
    assert.match(text, /WebSocket +ok .*401, the Web Bridge asks for a token/);
    for (const way of ["UDP 3478", "TCP 443", "TLS 443"])
      assert.match(text, new RegExp(`TURN, ${way} +ok .*401, realm turnpike`));
    assert.match(text, new RegExp(`Relays +ok .*4 reached at ${ADDRESS.edgePublic}; .*${GUESTS.home.wan}`));
    assert.match(text, /Nothing failed\.$/);
  });

  test("without credentials it says what it could not look at, and what to give", async () => {
    const { code, text } = await doctor("home");
    assert.equal(code, 0, text);
    assert.match(text, /Relays: give --secret-file .*\n\nNothing failed; 1 not checked\.$/);
  });

  test("where only TCP 443 leaves, what is blocked is told apart from what works", async () => {
    const lines = await findings("tcp-only");
    assert.deepEqual(bad(lines), ["turn-udp DOCTOR_TURN_SILENT"]);
    assert.equal(lines.get("redirect")?.state, "warn");
    assert.equal(lines.get("turn-tls")?.state, "good");
    assert.match(lines.get("turn-udp")!.remedy!, /UDP 3478/);
  });

  test("a certificate of an authority that nobody knows, and a name that it does not have", async () => {
    const { child, lines } = lab.node("home", MAIN, ["doctor", "outside", "--join-host", JOIN_HOST, "--json"]);
    await once(child, "close");
    const certificate = JSON.parse(lines.join("\n")).lines.find((line: Line) => line.check === "certificate");
    assert.equal(certificate.code, "DOCTOR_CERTIFICATE_UNTRUSTED");
    assert.match(certificate.says, /issued by Turnpike local authority/);
    const other = await findings("home", "--join-host", EDGE_HOST);
    assert.equal(other.get("tcp")?.state, "good");
    assert.notEqual(other.get("certificate")?.state, "good");
  });

  test("a name without an address, and an address that is not in DNS", async () => {
    const missing = await findings("home", "--join-host", "none.example.com");
    assert.deepEqual(bad(missing), ["dns DOCTOR_DNS_MISSING"]);
    const other = await findings("home", "--edge", "203.0.113.99");
    assert.equal(other.get("dns")?.code, "DOCTOR_DNS_OTHER");
    assert.equal(other.get("tcp")?.code, "DOCTOR_PORT_CLOSED");
    assert.equal(other.get("certificate")?.state, "not-checked");
  });

  test("without a tunnel it names the layer, with the code of the part that refused", async () => {
    await deployment.process("core").close();
    const lines = await findings("home");
    assert.deepEqual(bad(lines), ["web-bridge DOCTOR_ROAD", "websocket DOCTOR_WEBSOCKET"]);
    assert.match(lines.get("web-bridge")!.says, /EDGE_TUNNEL_DOWN/);
    assert.equal(lines.get("turn-udp")?.state, "good");
  });

  test("relays that advertise the address behind the NAT, and a firewall that does not let them in", async () => {
    const edge = deployment.process("edge");
    await edge.close();
    deployment.change("edge", ["turn", "relay", "advertised"], ADDRESS.edgeOuter);
    await deployment.start("edge");
    const wrong = await findings("home", ...secret());
    assert.equal(wrong.get("relays")?.code, "DOCTOR_RELAY_ADDRESS");
    assert.match(wrong.get("relays")!.says, /10\.0\.2\.2/);
    await deployment.process("edge").close();
    deployment.change("edge", ["turn", "relay", "advertised"], ADDRESS.edgePublic);
    deployment.change("edge", ["turn", "relay", "ports"], "30000-30999");
    await deployment.start("edge");
    const closed = await findings("home", ...secret());
    assert.equal(closed.get("relays")?.code, "DOCTOR_RELAY_CLOSED");
    assert.match(closed.get("relays")!.says, /UDP 30\d\d\d/);
  });
});
