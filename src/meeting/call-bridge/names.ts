import { randomBytes } from "node:crypto";

const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

/** "PA_..." (participant), "TR_..." (track), "RM_..." (room): 12 random characters, 69 bits. */
export function newSid(prefix: "PA" | "TR" | "RM"): string {
  return `${prefix}_${randomText(12)}`;
}

export function newIdentity(kind: "guest" | "user" = "guest"): string {
  return `${kind}-${randomText(10)}`;
}

/** A display name as it may be shown to others: without control and direction characters, one line, 1-80 characters. */
export function cleanName(name: string): string {
  const visible = name
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, " ");
  const text = [...visible.replace(/\s+/gu, " ").trim()].slice(0, 80).join("").trim();
  return text || "Guest";
}

function randomText(length: number): string {
  // 57 symbols: the bias of a byte's remainder is too small to matter for names.
  return [...randomBytes(length)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
}
