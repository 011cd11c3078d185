import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Pair, writeSecretFile } from "#certificates";

export function put(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

export function putSecret(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeSecretFile(file, text);
}

export function putPair(dir: string, name: string, pair: Pair): void {
  put(join(dir, `${name}.pem`), pair.certificate);
  putSecret(join(dir, `${name}.key`), pair.key);
}
