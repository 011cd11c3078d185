import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { hash, verify } from "@node-rs/argon2";
import { textOf } from "#base";
import type { AdminConfig } from "./config.ts";
import { fail } from "./errors.ts";

/** argon2id with the parameters that OWASP names for interactive sign-in: 19 MiB, 2 passes. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
}

export class Accounts {
  readonly #hashes: ReadonlyMap<string, string>;
  /** A hash of nothing anybody knows, so that an unknown name takes as long as a wrong password. */
  readonly #decoy: string;

  private constructor(hashes: ReadonlyMap<string, string>, decoy: string) {
    this.#hashes = hashes;
    this.#decoy = decoy;
  }

  static async open(users: AdminConfig["users"]): Promise<Accounts> {
    const hashes = new Map(users.map((user) => [user.username, read(user)]));
    return new Accounts(hashes, await hashPassword(randomUUID()));
  }

  /** Checks an HTTP Basic header (RFC 7617); the name of the administrator, or undefined. */
  async check(authorization: string | undefined): Promise<string | undefined> {
    const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? "") ?? [];
    if (!encoded) return undefined;
    const [, name, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString("utf8")) ?? [];
    if (name === undefined || password === undefined || password.length > 256) return undefined;
    const known = this.#hashes.get(name);
    const right = await verify(known ?? this.#decoy, password).catch(() => false);
    return known && right ? name : undefined;
  }
}

function read(user: AdminConfig["users"][number]): string {
  try {
    return readFileSync(user.passwordHashFile, "utf8").trim();
  } catch (error) {
    throw fail("ADMIN_PASSWORD_UNREADABLE", {
      username: user.username,
      file: user.passwordHashFile,
      why: textOf(error),
    });
  }
}
