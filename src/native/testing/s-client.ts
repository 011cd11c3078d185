import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "#until";
import { createDtlsContext, type DtlsConnection } from "../index.ts";

const folder = mkdtempSync(join(tmpdir(), "turnpike-dtls-"));
after(() => rmSync(folder, { recursive: true }));
const [certificate, key] = [join(folder, "c.pem"), join(folder, "k.pem")];
execFileSync(
  "openssl",
  [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
    ...["-subj", "/CN=client", "-keyout", key, "-out", certificate],
  ],
  { stdio: "ignore" },
);
/** Of the certificate that s_client shows. */
export const fingerprint = new X509Certificate(readFileSync(certificate)).fingerprint256;
export const PROFILES = ["SRTP_AEAD_AES_128_GCM", "SRTP_AES128_CM_SHA1_80"];
const context = createDtlsContext();
/** How often what is awaited is looked at, ms. */
const POLL = 5;

export interface Plan {
  readonly client?: readonly string[];
  readonly certificate?: boolean;
  readonly fingerprint?: string;
  /** What becomes of datagram `n` on its way. */
  readonly inbound?: (datagram: Buffer, n: number) => readonly Buffer[];
  readonly outbound?: (datagram: Buffer, n: number) => readonly Buffer[];
}

export interface Line extends AsyncDisposable {
  readonly connection: DtlsConnection;
  readonly process: ChildProcess;
  readonly sent: Buffer[];
  readonly received: Buffer[];
  /** Connected or failed, or as it is after `ms`. */
  settled(ms?: number): Promise<DtlsConnection>;
  /** Empty if the client has not connected within `ms`. */
  exportedKeys(ms?: number): Promise<string>;
  /** Connected, with equal keys on both sides. */
  agreed(): Promise<void>;
  /** A line from the client to us and one back. */
  exchange(): Promise<void>;
}

/** One s_client and one connection of ours on a UDP socket of its own. */
export async function dial(plan: Plan): Promise<Line> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const [sent, received, data]: [Buffer[], Buffer[], Buffer[]] = [[], [], []];
  let client: AddressInfo | undefined;
  const connection = context.accept({
    expectedFingerprint: { algorithm: "sha-256", value: plan.fingerprint ?? fingerprint },
    profiles: PROFILES,
    onSend: (datagram) => {
      const copy = Buffer.from(datagram);
      sent.push(copy);
      for (const out of plan.outbound?.(copy, sent.length - 1) ?? [copy])
        if (client) socket.send(out, client.port, client.address);
    },
  });
  socket.on("message", (datagram, from) => {
    client = from as unknown as AddressInfo;
    received.push(datagram);
    if (connection.state.state === "closed") return;
    for (const one of plan.inbound?.(datagram, received.length - 1) ?? [datagram])
      data.push(...connection.receive(one));
  });
  const stop = new AbortController();
  const retransmitting = (async () => {
    while (!stop.signal.aborted) {
      if (connection.timeoutMs === 0) connection.retransmit();
      await pause(POLL);
    }
  })();
  const { process, output } = startClient(socket.address().port, plan);
  const exported = () => /Keying material: ([0-9A-F]{120})/.exec(output())?.[1] ?? "";

  const line: Line = {
    ...{ connection, process, sent, received },
    async settled(ms = 8000) {
      const end = performance.now() + ms;
      while (connection.state.state === "handshake" && performance.now() < end) await pause(POLL);
      return connection;
    },
    async exportedKeys(ms = 8000) {
      const end = performance.now() + ms;
      while (exported() === "" && performance.now() < end) await pause(POLL);
      return exported();
    },
    async agreed() {
      const { state } = await line.settled();
      assert.ok(state.state === "connected", `not connected: ${JSON.stringify(state)}`);
      assert.ok((await line.exportedKeys()).startsWith(state.keys.clientKey.toString("hex").toUpperCase()));
    },
    async exchange() {
      await line.exportedKeys();
      process.stdin.write("hello from the client\n");
      await until(() => data.length > 0, "the client's line arrives");
      connection.send(Buffer.from("hello from the server\n"));
      await until(() => output().includes("hello from the server"), "ours arrives");
      assert.deepEqual(data.map(String), ["hello from the client\n"]);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await retransmitting;
      if (process.exitCode === null && process.signalCode === null) {
        process.kill("SIGKILL");
        await once(process, "exit");
      }
      connection.close();
      socket.close();
    },
  };
  return line;
}

function startClient(port: number, plan: Plan) {
  const args = ["s_client", "-connect", `127.0.0.1:${port}`, "-keymatexport", "EXTRACTOR-dtls_srtp"];
  args.push("-keymatexportlen", "60", ...(plan.client ?? ["-use_srtp", PROFILES.join(":")]));
  if (!plan.client?.some((option) => option.startsWith("-dtls"))) args.push("-dtls1_2");
  if (plan.certificate !== false) args.push("-cert", certificate, "-key", key);
  const process = spawn("openssl", args);
  let output = "";
  for (const stream of [process.stdout, process.stderr]) stream.on("data", (text) => (output += text));
  return { process, output: () => output };
}

export function records(datagram: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at + 13 <= datagram.length; ) {
    const end = at + 13 + datagram.readUInt16BE(at + 11);
    found.push(datagram.subarray(at, end));
    at = end;
  }
  return found;
}

/** Where the body of a CertificateVerify (handshake type 15) begins, -1 if there is none. */
export function certificateVerify(datagram: Buffer): number {
  let at = 0;
  for (const record of records(datagram)) {
    if (record[0] === 22 && record.readUInt16BE(3) === 0 && record[13] === 15) return at + 13 + 12 + 20;
    at += record.length;
  }
  return -1;
}

/** A copy with one bit flipped in the byte at `at`; unchanged if `at` is negative. */
export function flipAfter(datagram: Buffer, at: number): Buffer {
  const copy = Buffer.from(datagram);
  if (at >= 0 && at < copy.length) copy[Math.floor(at)]! ^= 0x10;
  return copy;
}
