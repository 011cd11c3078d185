import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Scope } from "#base";
import { type Process, startProgram } from "./proxy-processes.ts";

export const COTURN = "/usr/bin/turnserver";

export interface CoturnSettings {
  readonly address: string;
  readonly port: number;
  readonly relayThreads: number;
  readonly ports: { readonly first: number; readonly last: number };
  readonly username: string;
  readonly realm: string;
  /** MD5 of "username:realm:password", hexadecimal. */
  readonly key: string;
  /**
   * How it uses its UDP sockets (turnserver's "network engine"): 1 a socket for each endpoint, 2 one for each session, 3
   * one for each thread with SO_REUSEPORT, which is its own choice on this system.
   */
  readonly engine: 1 | 2 | 3;
}

/** Debian's coturn with nothing that costs it time: no TCP, TLS or DTLS, no log, no data bases, no extras. */
export function startCoturn(scope: Scope, dir: string, settings: CoturnSettings): Process {
  const { address, port, relayThreads, ports, username, realm, key, engine } = settings;
  const file = join(dir, `turnserver-${address}.conf`);
  const lines = [
    `listening-ip=${address}`,
    `listening-port=${port}`,
    `relay-ip=${address}`,
    `min-port=${ports.first}`,
    `max-port=${ports.last}`,
    `relay-threads=${relayThreads}`,
    `ne=${engine}`,
    "lt-cred-mech",
    `realm=${realm}`,
    `user=${username}:0x${key}`,
    `userdb=${join(dir, `turndb-${address}`)}`,
    "allow-loopback-peers",
    // The first four are its manual's advice for servers without these.
    ...["no-tcp", "no-tls", "no-dtls", "no-tcp-relay"],
    ...["no-cli", "no-dynamic-ip-list", "no-dynamic-realms", "no-auth-pings"],
    ...["no-rfc5780", "no-stun-backward-compatibility", "response-origin-only-with-rfc5780", "no-software-attribute"],
    ...["no-stdout-log", "log-file=/dev/null", "simple-log", `pidfile=${join(dir, `turnserver-${address}.pid`)}`],
  ];
  writeFileSync(file, `${lines.join("\n")}\n`);
  return startProgram(scope, dir, COTURN, ["-c", file]);
}
