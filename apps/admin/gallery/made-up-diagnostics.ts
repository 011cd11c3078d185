import type { CertificateRow, DiagnosticsAnswer } from "../model/answers.ts";
import type { World } from "./made-up-server.ts";

const DAY = 86_400_000;

export function diagnosticsIn(world: World): DiagnosticsAnswer {
  const now = Date.now();
  const modules = ["proxy", "turn", "tunnel", "certificates"].map((module) => ({
    ...{ module, help: `what ${module} does`, captured: module !== "certificates" },
  }));
  const request = {
    ...{ modules: ["proxy", "turn"], capture: true, addresses: ["198.51.100.23"], ports: [3478] },
    ...{ snaplen: 262_144, minutes: 60 },
  };
  const facts = { request, startedAt: now - 754_000, endsAt: now + 2_846_000 };
  if (world === "empty") return { now, modules, session: { state: "none" } };
  if (world === "broken") return { now, modules, session: { state: "interrupted", bytes: 18_400_000, ...facts } };
  const captures = [
    { name: "proxy", state: "running", packets: 18_204, dropped: 0, bytes: 12_400_000 },
    { name: "turn", state: "failed", why: "no space left on the disk", packets: 812, dropped: 3, bytes: 92_000 },
  ] as const;
  const log = { lines: 40_211, dropped: 12, why: undefined };
  return { now, modules, session: { state: "running", ...facts, bytes: 18_400_000, log, captures } };
}

const FINGERPRINT = Array.from({ length: 32 }, (_, i) => ((i * 37 + 11) % 256).toString(16).padStart(2, "0"))
  .join(":")
  .toUpperCase();

export function certificatesIn(world: World): readonly CertificateRow[] {
  const now = Date.now();
  const days = world === "broken" ? -2 : 61;
  const expired = {
    code: "expired",
    text: `expired on ${new Date(now + days * DAY).toISOString().slice(0, 10)}`,
    remedy: "Renew it: browsers let nobody in.",
  } as const;
  const missing = {
    code: "name-missing",
    text: "does not name meet.example.org",
    remedy: "Have a certificate issued that names every join host.",
  } as const;
  const web: CertificateRow = {
    ...{ use: "web", source: "files", file: "/etc/turnpike/edge/web.pem" },
    ...{ subject: "CN=join.example.com, O=Example", issuer: "CN=R11, O=Let's Encrypt, C=US" },
    names: ["join.example.com", "meet.example.com", "edge-1.example.com"],
    ...{ validFrom: now - 29 * DAY, validTo: now + days * DAY, daysLeft: days },
    ...{ fingerprint: FINGERPRINT, keyType: "EC P-256" },
    chain: [
      link("CN=join.example.com", "CN=R11", now + days * DAY, "leaf", true),
      link("CN=R11, O=Let's Encrypt", "CN=ISRG Root X1", now + 800 * DAY, "intermediate", true),
      link("CN=ISRG Root X1", "CN=ISRG Root X1", now + 3400 * DAY, "root", false),
    ],
    problems: world === "broken" ? [expired, missing] : [],
    request: { createdAt: now - 3 * DAY, file: "web.key.new" },
  };
  const acme: CertificateRow = {
    ...web,
    ...{ use: "turn", source: "acme", file: "/etc/turnpike/edge/acme/turn.pem" },
    problems: [],
    acme: {
      ...{ directory: "https://acme-v02.api.letsencrypt.org/directory", renewAt: now + 31 * DAY },
      ...(world === "broken"
        ? {
            state: "waiting" as const,
            nextTryAt: now + 340_000,
            lastError: {
              code: "ACME_CHALLENGE_FAILED",
              text: "the ACME server could not reach http://join.example.com/.well-known/acme-challenge/",
              remedy: "Let port 80 in at the firewall, and set web.redirectListen.",
              at: now - 20_000,
            },
          }
        : { state: "issued" as const }),
    },
  };
  const { validFrom: _from, validTo: _to, daysLeft: _left, request: _request, ...rest } = web;
  const tunnel: CertificateRow = {
    ...rest,
    ...{ use: "tunnel", source: "ssh", file: "/etc/turnpike/edge/host-key.pub", subject: "edge-1", issuer: "" },
    ...{ names: [], chain: [], problems: [], keyType: "Ed25519" },
    fingerprint: "SHA256:uP1gkq0bq3k5aRk6cWbG1T8yHfQ2mX0n7Jw4z9vE2sA",
  };
  return world === "empty" ? [] : [web, acme, tunnel];
}

function link(subject: string, issuer: string, validTo: number, role: "leaf" | "intermediate" | "root", sent: boolean) {
  return { subject, issuer, validTo, role, sent };
}
