import { createHash, generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readSecretFile, writeSecretFile } from "../secret-file.ts";

/** The account at one ACME server. Its key is made once and kept (0600); an account is found again by its key alone. */
export class Account {
  readonly key: string;
  readonly #file: string;
  readonly #email: string | undefined;

  constructor(folder: string, directory: string, email: string | undefined) {
    const place = join(folder, `account-${createHash("sha256").update(directory).digest("hex").slice(0, 8)}`);
    const keyFile = `${place}.key`;
    if (!existsSync(keyFile)) writeSecretFile(keyFile, newKey());
    this.key = readSecretFile(keyFile);
    this.#file = `${place}.json`;
    this.#email = email;
  }

  /** Undefined if there is none yet, or it has another address to write to: then it is to be registered (again). */
  get url(): string | undefined {
    try {
      const { url, email } = JSON.parse(readFileSync(this.#file, "utf8"));
      return typeof url === "string" && email === this.#email ? url : undefined;
    } catch {
      return undefined;
    }
  }

  registered(url: string): void {
    writeSecretFile(this.#file, `${JSON.stringify({ url, email: this.#email })}\n`);
  }
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }) as string;
}
