import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Scope } from "#base";
import { createAuthority, issueServer } from "#certificates";

export const SUFFIX = "dc=example,dc=com";
export const READER = { dn: `cn=reader,${SUFFIX}`, password: "reader-password" };

export interface LdapPerson {
  readonly uid: string;
  readonly cn: string;
  readonly mail?: string;
  readonly password: string;
  /** "ou=people" if left out. */
  readonly ou?: string;
}

/** Debian's slapd on loopback, with TLS by an authority of its own; it can be stopped and started again. */
export class Slapd {
  readonly port: number;
  readonly tlsPort: number;
  readonly authority: string;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(folder: string, ports: readonly [number, number], authority: string) {
    this.#folder = folder;
    [this.port, this.tlsPort] = ports;
    this.authority = authority;
  }

  static async start(scope: Scope, people: readonly LdapPerson[]): Promise<Slapd> {
    const folder = mkdtempSync(join(tmpdir(), "turnpike-slapd-"));
    const authority = await createAuthority("Directory test authority");
    const pair = await issueServer(authority, { names: ["localhost"], addresses: ["127.0.0.1"] });
    const slapd = new Slapd(folder, [await freePort(), await freePort()], authority.certificate);
    scope.defer(async () => {
      await slapd.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    mkdirSync(join(folder, "db"));
    writeFileSync(join(folder, "server.pem"), pair.certificate);
    writeFileSync(join(folder, "server.key"), pair.key, { mode: 0o600 });
    writeFileSync(join(folder, "slapd.conf"), configuration(folder));
    writeFileSync(join(folder, "data.ldif"), [TREE, ...people.map(ldif)].join("\n"));
    execFileSync("/usr/sbin/slapadd", ["-q", "-f", join(folder, "slapd.conf"), "-l", join(folder, "data.ldif")]);
    await slapd.start();
    return slapd;
  }

  async start(): Promise<void> {
    const urls = `ldap://127.0.0.1:${this.port}/ ldaps://127.0.0.1:${this.tlsPort}/`;
    const arguments_ = ["-d", "0", "-h", urls, "-f", join(this.#folder, "slapd.conf")];
    this.#process = spawn("/usr/sbin/slapd", arguments_, { stdio: "ignore" });
    const end = performance.now() + 10_000;
    while (!(await accepts(this.tlsPort))) {
      if (performance.now() > end) throw new Error("slapd does not listen");
      await pause(10);
    }
  }

  async stop(): Promise<void> {
    const process = this.#process;
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    process.kill("SIGTERM");
    await once(process, "exit");
  }

  /** Changes what is in it, as `ldapmodify` reads it. */
  modify(change: string): void {
    const arguments_ = [
      "-x",
      "-H",
      `ldap://127.0.0.1:${this.port}`,
      "-D",
      `cn=admin,${SUFFIX}`,
      "-w",
      "admin-password",
    ];
    execFileSync("ldapmodify", arguments_, { input: change, stdio: ["pipe", "ignore", "pipe"] });
  }
}

const TREE = `dn: ${SUFFIX}
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: ou=people,${SUFFIX}
objectClass: organizationalUnit
ou: people

dn: ou=others,${SUFFIX}
objectClass: organizationalUnit
ou: others

dn: ${READER.dn}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: ${READER.password}
`;

export function ldif({ uid, cn, mail, password, ou = "people" }: LdapPerson): string {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return `dn: uid=${uid},ou=${ou},${SUFFIX}
objectClass: inetOrgPerson
uid: ${uid}
cn:: ${base64(cn)}
sn:: ${base64(cn.split(" ").at(-1)!)}
userPassword:: ${base64(password)}
${mail ? `mail: ${mail}\n` : ""}`;
}

function configuration(folder: string): string {
  const schemas = ["core", "cosine", "inetorgperson"].map((name) => `include /etc/ldap/schema/${name}.schema`);
  return `${schemas.join("\n")}
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${folder}/slapd.pid
TLSCertificateFile ${folder}/server.pem
TLSCertificateKeyFile ${folder}/server.key
sizelimit size.soft=100 size.hard=100 size.prtotal=unlimited
database mdb
suffix "${SUFFIX}"
rootdn "cn=admin,${SUFFIX}"
rootpw admin-password
directory ${folder}/db
access to attrs=userPassword by anonymous auth by * none
access to dn.base="${SUFFIX}" by dn.exact="${READER.dn}" read by * none
access to * by dn.exact="${READER.dn}" read by * none
`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(port, "127.0.0.1")
      .once("error", () => resolve(false))
      .once("connect", () => {
        probe.destroy();
        resolve(true);
      });
  });
}
