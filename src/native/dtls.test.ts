import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { createDtlsContext, type DtlsConnection, nativeAvailable } from "./index.ts";

const skip: string | false = nativeAvailable() ? false : "the native addon is not built";
const context = nativeAvailable() ? createDtlsContext() : undefined!;
const EXPECTED = { algorithm: "sha-256", value: "AB:".repeat(31) + "AB" };
const PROFILES = ["SRTP_AEAD_AES_128_GCM", "SRTP_AES128_CM_SHA1_80"];

test("a context has a certificate of its own", { skip }, () => {
  assert.match(context.fingerprint, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  assert.notEqual(createDtlsContext().fingerprint, context.fingerprint);
});

test("a ClientHello without cookie is answered by a HelloVerifyRequest of its size at most", { skip }, () => {
  const { connection, sent } = accept();
  const hello = clientHello();
  connection.receive(hello);
  assert.equal(sent.length, 1);
  assert.equal(sent[0]![13], HELLO_VERIFY_REQUEST);
  assert.ok(sent[0]!.length <= hello.length);
  assert.equal(connection.timeoutMs, undefined, "and nothing is kept waiting for the answer");
});

test("only the cookie of this connection lets the handshake go on", { skip }, () => {
  const { connection, sent } = accept();
  const other = accept();
  other.connection.receive(clientHello());
  connection.receive(clientHello());
  other.connection.receive(clientHello(cookieOf(sent[0]!), 1));
  assert.deepEqual(other.connection.state, { state: "failed", code: "DTLS_PROTOCOL", detail: "cookie mismatch" });
  connection.receive(clientHello(cookieOf(sent[0]!), 1));
  assert.equal(sent.at(-1)![13], SERVER_HELLO);
  assert.ok(sent.every((datagram) => datagram.length <= 1200));
  const due = connection.timeoutMs;
  assert.ok(due !== undefined && due > 150 && due <= 250, `retransmission after ${due} ms`);
});

test("without cookie exchange the first answer is the ServerHello", { skip }, () => {
  const { connection, sent } = accept(false);
  connection.receive(clientHello());
  assert.equal(sent[0]![13], SERVER_HELLO);
});

test("any datagram at any step neither throws nor connects", { skip }, () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 5 }), fc.boolean(), (datagrams, begun) => {
      const { connection, sent } = accept();
      if (begun) {
        connection.receive(clientHello());
        connection.receive(clientHello(cookieOf(sent[0]!), 1));
      }
      for (const datagram of datagrams) assert.deepEqual(connection.receive(Buffer.from(datagram)), []);
      for (const datagram of datagrams) connection.receive(handshakeRecord(22, Buffer.from(datagram)));
      assert.notEqual(connection.state.state, "connected");
      connection.close();
    }),
    { numRuns: 40 },
  );
});

test("a ClientHello with any byte damaged neither throws nor connects", { skip }, () => {
  const hello = clientHello();
  for (let at = 0; at < hello.length; at += 2)
    for (const flip of [0x01, 0x80, 0xff]) {
      const damaged = Buffer.from(hello);
      damaged[at]! ^= flip;
      const { connection } = accept(false);
      connection.receive(damaged);
      assert.notEqual(connection.state.state, "connected");
      connection.close();
    }
});

test("a fault in one connection leaves node:crypto's error queue clean", { skip }, () => {
  const { connection } = accept(false);
  const unsupported = clientHello();
  unsupported.writeUInt16BE(0x0005, CIPHERS_AT);
  connection.receive(unsupported);
  assert.equal(connection.state.state, "failed");
  assert.throws(() => createPrivateKey("not a key"), { code: "ERR_OSSL_UNSUPPORTED" });
  assert.throws(() => createPublicKey("not a key"), { code: "ERR_OSSL_UNSUPPORTED" });
});

test("after close every call is an error, and close itself is not", { skip }, () => {
  const { connection } = accept();
  connection.close();
  connection.close();
  assert.equal(connection.state.state, "closed");
  assert.equal(connection.timeoutMs, undefined);
  for (const use of [
    () => connection.receive(clientHello()),
    () => connection.retransmit(),
    () => connection.send(Buffer.from("x")),
  ])
    assert.throws(use, { code: "NATIVE_DTLS_CLOSED" });
});

test("fingerprints of unsafe or unknown hashes, and of a wrong length, are refused", { skip }, () => {
  for (const expectedFingerprint of [
    { algorithm: "sha-1", value: "AB:".repeat(19) + "AB" },
    { algorithm: "md5", value: "AB:".repeat(15) + "AB" },
    { algorithm: "sha-256", value: "AB" },
    { algorithm: "sha-256", value: EXPECTED.value.replaceAll(":", "") },
    { algorithm: "sha-256", value: "" },
  ])
    assert.throws(() => context.accept({ expectedFingerprint, profiles: PROFILES, onSend: () => {} }), {
      code: "NATIVE_DTLS_FINGERPRINT_UNSUPPORTED",
    });
});

test("handshakes that are begun give their memory back when they are closed, or when their garbage is collected", {
  skip,
}, async () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const run = async () => {
    for (let n = 0; n < 150; n++) {
      const connection = begin();
      if (n % 2 === 0) connection.close();
    }
    collect();
    await new Promise((resolve) => setImmediate(resolve)); // finalizers run between turns
  };
  await run();
  const before = process.memoryUsage.rss();
  await run();
  await run();
  const grownKb = Math.round((process.memoryUsage.rss() - before) / 1024);
  assert.ok(grownKb < 4000, `${grownKb} KB after 300 connections of some 60 KB each`);
});

/** A connection that waits for the client's certificate. */
function begin(): DtlsConnection {
  const { connection, sent } = accept();
  connection.receive(clientHello());
  connection.receive(clientHello(cookieOf(sent[0]!), 1));
  return connection;
}

const [HELLO_VERIFY_REQUEST, SERVER_HELLO] = [3, 2];

function accept(cookieExchange = true): { connection: DtlsConnection; sent: Buffer[] } {
  const sent: Buffer[] = [];
  const onSend = (datagram: Buffer) => void sent.push(Buffer.from(datagram));
  return {
    connection: context.accept({ expectedFingerprint: EXPECTED, profiles: PROFILES, onSend, cookieExchange }),
    sent,
  };
}

/** Where the first cipher suite is in a ClientHello without cookie: headers, version, random, two lengths, list length. */
const CIPHERS_AT = 13 + 12 + 2 + 32 + 1 + 1 + 2;

/** A ClientHello as RFC 6347 4.2.1 and RFC 5764 4.1 have it; `sequence` counts those of one client. */
function clientHello(cookie: Buffer = Buffer.alloc(0), sequence = 0): Buffer {
  const extension = (type: number, hex: string) => {
    const body = Buffer.from(hex, "hex");
    return Buffer.concat([uint16(type), uint16(body.length), body]);
  };
  const extensions = Buffer.concat([
    extension(10, "0004001d0017"), // supported_groups: x25519, secp256r1
    extension(11, "0100"), // ec_point_formats
    extension(13, "00040403" + "0804"), // signature_algorithms
    extension(14, "00040007000100"), // use_srtp
    extension(23, ""), // extended_master_secret
  ]);
  const body = Buffer.concat([
    Buffer.from("fefd", "hex"),
    Buffer.alloc(32, 0x5a),
    Buffer.from([0, cookie.length]),
    cookie,
    Buffer.from("0002c02b0100", "hex"), // ECDHE-ECDSA-AES128-GCM-SHA256, no compression
    uint16(extensions.length),
    extensions,
  ]);
  const header = Buffer.alloc(12);
  header[0] = 1;
  header.writeUIntBE(body.length, 1, 3);
  header.writeUInt16BE(sequence, 4);
  header.writeUIntBE(body.length, 9, 3);
  return handshakeRecord(22, Buffer.concat([header, body]), sequence);
}

function handshakeRecord(type: number, body: Buffer, sequence = 9): Buffer {
  const head = Buffer.from([type, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, sequence, 0, 0]);
  head.writeUInt16BE(body.length, 11);
  return Buffer.concat([head, body]);
}

/** Of a HelloVerifyRequest: record and handshake headers, version, length, cookie. */
function cookieOf(datagram: Buffer): Buffer {
  return datagram.subarray(28, 28 + datagram[27]!);
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}
