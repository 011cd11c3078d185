import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { test } from "node:test";
import { Scope } from "#base";
import { READER, Slapd, SUFFIX } from "../testing/slapd.ts";
import { LdapFailure, type LdapServer, passwordFits, withDirectory } from "./connection.ts";

const PEOPLE = [
  { uid: "ada", cn: "Ada Lovelace", mail: "ada@example.com", password: "analytical engine" },
  { uid: "bob", cn: "Bob (the) B*ilder", mail: "bob@example.com", password: "can we fix it" },
];
const ADA = `uid=ada,ou=people,${SUFFIX}`;

function serverOf(slapd: Pick<Slapd, "tlsPort" | "authority">, more: Partial<LdapServer> = {}): LdapServer {
  return {
    id: "1",
    address: "127.0.0.1",
    portNumber: slapd.tlsPort,
    secure: true,
    startTls: false,
    username: READER.dn,
    password: READER.password,
    usePagedResults: true,
    caCertificate: slapd.authority,
    ...more,
  };
}

const NETWORK = { lookup: undefined, signal: new AbortController().signal };

test("the right password of an entry fits; a wrong one, an empty one and one of nobody do not", async () => {
  await using scope = new Scope();
  const server = serverOf(await Slapd.start(scope, PEOPLE));
  assert.equal(await passwordFits(server, NETWORK, ADA, "analytical engine"), true);
  assert.equal(await passwordFits(server, NETWORK, ADA, "difference engine"), false);
  assert.equal(await passwordFits(server, NETWORK, ADA, ""), false);
  assert.equal(await passwordFits(server, NETWORK, "", ""), false);
  assert.equal(await passwordFits(server, NETWORK, `uid=nobody,${SUFFIX}`, "x"), false);
  assert.equal(await passwordFits(server, NETWORK, "not a name", "x"), false);
});

test("a directory is refused whose certificate nobody trusts, or names another host", async () => {
  await using scope = new Scope();
  const slapd = await Slapd.start(scope, []);
  const search = (server: LdapServer) => withDirectory(server, NETWORK, async () => "connected");
  assert.equal(await search(serverOf(slapd)), "connected");
  assert.equal(await search(serverOf(slapd, { address: "localhost" })), "connected");
  await rejects(search(serverOf(slapd, { caCertificate: undefined })), "connectFailure");
  await rejects(search(serverOf(slapd, { address: "127.0.0.2" })), "connectFailure");
});

test("with StartTLS passwords and searches travel in TLS on the port without it, and the certificate counts", async () => {
  await using scope = new Scope();
  const slapd = await Slapd.start(scope, PEOPLE);
  const road = await tapped(scope, slapd.port);
  const server = (more: Partial<LdapServer> = {}) =>
    serverOf(slapd, { secure: false, startTls: true, portNumber: road.port, ...more });
  assert.equal(await passwordFits(server(), NETWORK, ADA, "analytical engine"), true);
  assert.equal(await passwordFits(server(), NETWORK, ADA, "difference engine"), false);
  const names = await withDirectory(server({ address: "localhost" }), NETWORK, (directory) =>
    directory.all({ baseDn: `ou=people,${SUFFIX}`, filter: "(uid=*)", attributes: ["uid"] }),
  );
  assert.equal(names.length, 2);
  for (const word of ["analytical", "reader-password", "uid=ada"]) assert.ok(!road.seen().includes(word), word);
  const search = (more: Partial<LdapServer>) => withDirectory(server(more), NETWORK, async () => {});
  await rejects(search({ caCertificate: undefined }), "connectFailure");
  await rejects(search({ address: "127.0.0.2" }), "connectFailure");
  await rejects(search({ password: "wrong" }), "authenticationFailure");
  await rejects(search({ address: "no-such-host.invalid" }), "dnsFailure");
  assert.ok(!road.seen().includes("reader-password"), "a certificate that is refused gets no password");
});

test("a server without StartTLS, and one that goes away, get no password in the clear", async () => {
  await using scope = new Scope();
  const said: string[] = [];
  let answer = Buffer.alloc(0);
  const fake = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      said.push(bytes.toString("latin1"));
      if (answer.length > 0) socket.write(answer);
      else socket.destroy();
    });
  }).listen(0, "127.0.0.1");
  scope.defer(() => void fake.close());
  await once(fake, "listening");
  const { port: portNumber } = fake.address() as AddressInfo;
  const server = { ...serverOf({ tlsPort: portNumber, authority: "" }), caCertificate: undefined };
  const fits = () => passwordFits({ ...server, secure: false, startTls: true }, NETWORK, ADA, "analytical engine");
  await rejects(fits(), "connectFailure");
  answer = Buffer.from("300c02010178070a013504000400", "hex");
  await assert.rejects(fits(), /StartTLS refused \(unwillingToPerform\)/);
  assert.ok(said.length === 2 && said.every((words) => words.endsWith("1.3.6.1.4.1.1466.20037")), said.join());
});

test("what is wrong is told apart: name, connection, password of the reader", async () => {
  await using scope = new Scope();
  const slapd = await Slapd.start(scope, []);
  const search = (more: Partial<LdapServer>) => withDirectory(serverOf(slapd, more), NETWORK, async () => {});
  await rejects(search({ address: "no-such-host.invalid" }), "dnsFailure");
  await rejects(search({ password: "wrong" }), "authenticationFailure");
  await slapd.stop();
  await rejects(search({}), "connectFailure");
});

test("a search of everything goes on past what the server gives at once, and without pages it fails", async () => {
  await using scope = new Scope();
  const many = Array.from({ length: 640 }, (_, i) => ({ uid: `u${i}`, cn: `User ${i}`, password: "x" }));
  const slapd = await Slapd.start(scope, many);
  const all = (usePagedResults: boolean) =>
    withDirectory(serverOf(slapd, { usePagedResults, secure: false, portNumber: slapd.port }), NETWORK, (directory) =>
      directory.all({ baseDn: `ou=people,${SUFFIX}`, filter: "(objectClass=inetOrgPerson)", attributes: ["uid"] }),
    );
  assert.equal(new Set((await all(true)).map(({ attributes }) => attributes.get("uid"))).size, 640);
  await rejects(all(false), "error");
});

test("a directory that never answers holds nobody up who closes, connected or not", async () => {
  await using scope = new Scope();
  const silent = createServer().listen(0, "127.0.0.1");
  scope.defer(() => void silent.close());
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  for (const how of [{ secure: true }, { secure: false }, { secure: false, startTls: true }]) {
    const closing = new AbortController();
    const server = { ...serverOf({ tlsPort: port, authority: "" }), caCertificate: undefined, ...how };
    const connected = once(silent, "connection");
    const search = withDirectory(server, { lookup: undefined, signal: closing.signal }, async () => {});
    await connected;
    closing.abort(new Error("closed"));
    await assert.rejects(search, /closed/);
  }
});

/** A way to that port on which somebody reads along. */
async function tapped(scope: Scope, to: number): Promise<{ readonly port: number; seen(): string }> {
  const chunks: Buffer[] = [];
  const server = createServer((client) => {
    const road = connect(to, "127.0.0.1");
    for (const [from, other] of [
      [client, road],
      [road, client],
    ] as const) {
      from.on("data", (chunk: Buffer) => void chunks.push(chunk));
      from.on("error", () => {});
      from.once("close", () => other.destroy());
      from.pipe(other);
    }
  }).listen(0);
  scope.defer(() => void server.close());
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    seen: () => Buffer.concat(chunks).toString("latin1"),
  };
}

async function rejects(promise: Promise<unknown>, reason: string): Promise<void> {
  await assert.rejects(promise, (error) => error instanceof LdapFailure && error.reason === reason);
}
