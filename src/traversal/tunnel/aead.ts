import { createCipheriv, createDecipheriv, createSecretKey } from "node:crypto";
import { type PacketAead, packetAead } from "#native";

/** Of a packet, what is only authenticated: its length (RFC 5647 7.3). */
export const LENGTH_BYTES = 4;
export const TAG_BYTES = 16;
export type GcmName = "aes-128-gcm" | "aes-256-gcm";

/** By the native addon; without it by node:crypto, which takes about ten times as long for a small packet. */
export function aeadOf(name: GcmName, key: Buffer, direction: "seal" | "open"): PacketAead {
  return packetAead(key, direction) ?? (direction === "seal" ? nodeSeal(name, key) : nodeOpen(name, key));
}

export function nodeSeal(name: GcmName, key: Buffer): PacketAead {
  // Handing over bytes would make a key of them for each packet.
  const secret = createSecretKey(key);
  return {
    run: (nonce, bytes, start, end, plain) => {
      const cipher = createCipheriv(name, secret, nonce);
      cipher.setAAD(bytes.subarray(start, start + plain));
      bytes.set(cipher.update(bytes.subarray(start + plain, end - TAG_BYTES)), start + plain);
      cipher.final();
      bytes.set(cipher.getAuthTag(), end - TAG_BYTES);
      return true;
    },
  };
}

export function nodeOpen(name: GcmName, key: Buffer): PacketAead {
  const secret = createSecretKey(key);
  return {
    run: (nonce, bytes, start, end, plain) => {
      const decipher = createDecipheriv(name, secret, nonce);
      decipher.setAAD(bytes.subarray(start, start + plain));
      decipher.setAuthTag(bytes.subarray(end - TAG_BYTES, end));
      bytes.set(decipher.update(bytes.subarray(start + plain, end - TAG_BYTES)), start + plain);
      try {
        decipher.final();
        return true;
      } catch {
        return false;
      }
    },
  };
}
