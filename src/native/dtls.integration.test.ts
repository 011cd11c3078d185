import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { until } from "#until";
import { certificateVerify, dial, fingerprint, flipAfter, PROFILES, records } from "./testing/s-client.ts";

describe("against openssl s_client", { concurrency: 6 }, () => {
  for (const profile of PROFILES)
    test(`${profile}: connects, and both ends export the same keys`, async () => {
      await using line = await dial({ client: ["-use_srtp", profile] });
      const { state } = await line.settled();
      assert.ok(state.state === "connected");
      assert.equal(state.profile, profile);
      const { clientKey, serverKey, clientSalt, serverSalt } = state.keys;
      const all = Buffer.concat([clientKey, serverKey, clientSalt, serverSalt]).toString("hex").toUpperCase();
      assert.ok((await line.exportedKeys()).startsWith(all));
    });

  test("the client's order of profiles does not matter: GCM goes first", async () => {
    await using line = await dial({ client: ["-use_srtp", PROFILES.toReversed().join(":")] });
    const { state } = await line.settled();
    assert.equal(state.state === "connected" && state.profile, PROFILES[0]);
  });

  test("every datagram out fits 1200 bytes", async () => {
    await using line = await dial({});
    await line.settled();
    assert.ok(line.sent.length >= 3);
    assert.ok(line.sent.every((datagram) => datagram.length <= 1200));
  });

  test("a client without certificate is refused", async () => {
    await using line = await dial({ certificate: false });
    assert.deepEqual((await line.settled()).state, {
      state: "failed",
      code: "DTLS_NO_CERTIFICATE",
      detail: "peer did not return a certificate",
    });
  });

  test("a client with another certificate than promised is refused", async () => {
    await using line = await dial({ fingerprint: fingerprint.replace(/^../, (byte) => (byte === "00" ? "01" : "00")) });
    const { state } = await line.settled();
    assert.equal(state.state === "failed" && state.code, "DTLS_FINGERPRINT_MISMATCH");
  });

  test("a client that shows the promised certificate but cannot sign with its key is refused", async () => {
    await using line = await dial({ inbound: (datagram) => [flipAfter(datagram, certificateVerify(datagram))] });
    const { state } = await line.settled();
    assert.deepEqual(state, { state: "failed", code: "DTLS_PROTOCOL", detail: "bad signature" });
  });

  test("a client without SRTP is refused", async () => {
    await using line = await dial({ client: [] });
    const { state } = await line.settled();
    assert.equal(state.state === "failed" && state.code, "DTLS_NO_SRTP_PROFILE");
  });

  test("DTLS 1.0 is refused", async () => {
    await using line = await dial({ client: ["-dtls1", "-cipher", "ALL:@SECLEVEL=0", "-use_srtp", PROFILES[0]!] });
    const { state } = await line.settled();
    assert.deepEqual(state, { state: "failed", code: "DTLS_PROTOCOL", detail: "unsupported protocol" });
  });

  const lossPlans: [name: string, lost: { in?: number[]; out?: number[] }][] = [
    ["the first ClientHello", { in: [0] }],
    ["our HelloVerifyRequest", { out: [0] }],
    ["the ClientHello with the cookie", { in: [1] }],
    ["our flight with the certificate, twice", { out: [1, 2] }],
    ["the client's flight with its certificate", { in: [2] }],
    ["our Finished", { out: [2] }],
  ];
  for (const [name, lost] of lossPlans)
    test(`connects though ${name} is lost`, async () => {
      await using line = await dial({
        inbound: (datagram, n) => (lost.in?.includes(n) ? [] : [datagram]),
        outbound: (datagram, n) => (lost.out?.includes(n) ? [] : [datagram]),
      });
      await line.agreed();
    });

  test("connects though the datagrams of the client's flights arrive in reverse, record by record", async () => {
    await using line = await dial({ inbound: (datagram) => records(datagram).toReversed() });
    await line.agreed();
  });

  test("connects though encrypted garbage comes before each of the client's datagrams", async () => {
    const garbage = [...unauthenticRecords()].filter((record) => record[3] === 0 && record[4] === 1);
    await using line = await dial({ inbound: (datagram) => [...garbage, datagram] });
    await line.agreed();
  });

  test("connects though every datagram arrives twice in both directions", async () => {
    const twice = (datagram: Buffer) => [datagram, datagram];
    await using line = await dial({ inbound: twice, outbound: twice });
    await line.agreed();
  });

  for (const direction of ["inbound", "outbound"] as const)
    for (const flight of [0, 1, 2])
      for (const at of [0.05, 0.2, 0.5, 0.8, 0.97])
        test(`a flipped bit at ${at} of datagram ${flight} ${direction} never makes ends that disagree`, async () => {
          await using line = await dial({
            [direction]: (datagram: Buffer, n: number) => [
              n === flight ? flipAfter(datagram, at * datagram.length) : datagram,
            ],
          });
          const { state } = await line.settled(1200);
          if (state.state !== "connected") return;
          const theirs = await line.exportedKeys(300);
          const ours = state.keys.clientKey.toString("hex").toUpperCase();
          assert.ok(theirs === "" || theirs.startsWith(ours), "the client may be lost, but is not deceived");
        });

  test("once connected, plaintext alerts, a new ClientHello, replays and garbage change nothing", async () => {
    await using line = await dial({});
    const { state } = await line.settled();
    const early = [...line.received];
    const sentBefore = line.sent.length;
    const plaintext = (type: number, body: string, sequence: number) =>
      Buffer.concat([
        Buffer.from([type, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, sequence, 0, body.length / 2]),
        Buffer.from(body, "hex"),
      ]);
    for (const hostile of [
      ...[plaintext(21, "0228", 90), plaintext(21, "0100", 91), plaintext(20, "01", 92), plaintext(23, "6869", 93)],
      ...early,
      ...early.flatMap(records).map((record) => flipAfter(record, 13)),
      ...[Buffer.alloc(0), Buffer.alloc(1500, 22), Buffer.alloc(13, 0xff)],
      Buffer.concat([Buffer.from("16fefd0001000000000fff0020", "hex"), Buffer.alloc(32)]),
    ])
      assert.deepEqual(line.connection.receive(hostile), []);
    assert.equal(line.connection.state, state);
    assert.ok(line.sent.length - sentBefore <= early.length, "and is at most answered by our last flight again");
    await line.exchange();
  });

  test("once connected, no record of any type, epoch and length that is not authentic changes anything", async () => {
    await using line = await dial({});
    const { state } = await line.settled();
    const sentBefore = line.sent.length;
    for (const record of unauthenticRecords()) assert.deepEqual(line.connection.receive(record), []);
    assert.equal(line.connection.state, state);
    assert.equal(line.sent.length, sentBefore);
    await line.exchange();
  });

  test("application data arrives once though its datagram is replayed", async () => {
    await using line = await dial({ inbound: (datagram) => [datagram, datagram, datagram] });
    await line.settled();
    await line.exchange();
  });

  test("renegotiation is refused: the client gives up, and no second handshake has begun", async () => {
    await using line = await dial({});
    await line.agreed();
    line.process.stdin!.write("R\n");
    await until(() => line.connection.state.state !== "connected", "the client ends it");
    const { state } = line.connection;
    assert.equal(state.state === "failed" && state.code, "DTLS_PEER_ALERT");
  });

  test("close says good-bye to the client", async () => {
    await using line = await dial({});
    await line.settled();
    await line.exportedKeys();
    line.connection.close();
    await once(line.process, "exit");
    assert.equal(line.connection.state.state, "closed");
  });
});

/** Records of all types, epochs and short lengths, whole and cut by one byte. */
function* unauthenticRecords(): Generator<Buffer> {
  const headers = [0, 20, 21, 22, 23, 24, 255].flatMap((type) =>
    [0, 1, 2, 65535].flatMap((epoch) => [0xfefd, 0xfeff, 0x0303].map((version) => ({ type, epoch, version }))),
  );
  for (const { type, epoch, version } of headers)
    for (let length = 0; length < 60; length++) {
      const record = Buffer.alloc(13 + length, 0xa5);
      record[0] = type;
      record.writeUInt16BE(version, 1);
      record.writeUInt16BE(epoch, 3);
      record.writeUIntBE(1000 + length, 5, 6);
      record.writeUInt16BE(length, 11);
      yield record;
      yield record.subarray(0, -1);
    }
}
