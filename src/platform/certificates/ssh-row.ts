import { readFileSync } from "node:fs";
import { textOf } from "#base";
import type { CertificateRow, SshKeyUse } from "./contract.ts";
import { sshFingerprintOf } from "./ssh-key.ts";

/** A public key beside the certificates, so that an administrator can compare what the other end pins. */
export function sshRow({ use, file }: SshKeyUse): CertificateRow {
  const common = { use, source: "ssh", file, issuer: "", names: [], chain: [] } as const;
  const bad = (why: string): CertificateRow => ({
    ...common,
    subject: "",
    fingerprint: "",
    keyType: "",
    problems: [
      {
        code: "file-bad",
        text: `${file}: ${why}`,
        remedy: `put the public key into ${file}, as ssh-keygen -y prints it`,
      },
    ],
  });
  try {
    const line = readFileSync(file, "utf8")
      .split("\n")
      .find((text) => text.trim() !== "" && !text.startsWith("#"));
    const fingerprint = sshFingerprintOf(line ?? "");
    if (!line || !fingerprint) return bad("it is no OpenSSH public key");
    const [type = "", , ...comment] = line.trim().split(/\s+/);
    return { ...common, subject: comment.join(" "), fingerprint, keyType: KEY_TYPES[type] ?? type, problems: [] };
  } catch (error) {
    return bad(textOf(error));
  }
}

const KEY_TYPES: Readonly<Record<string, string>> = { "ssh-ed25519": "Ed25519", "ssh-rsa": "RSA" };
