export const SIGNATURE = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** Loaded on first use: it takes a tenth of a second, and a role that is running seldom needs it. */
export async function library() {
  // The library's dependency injection needs this polyfill first.
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

/** As the types around name it: Node's, or the browser's where the apps' tests are checked. */
export type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

export async function newKeys(): Promise<{ readonly publicKey: Key; readonly privateKey: Key }> {
  return (await crypto.subtle.generateKey(SIGNATURE, true, ["sign", "verify"])) as { publicKey: Key; privateKey: Key };
}

export function importKey(pem: string): Promise<Key> {
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
  return crypto.subtle.importKey("pkcs8", der, SIGNATURE, false, ["sign"]);
}

/** PKCS#8 in PEM. */
export async function keyText(key: Key): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", key)).toString("base64");
  const lines = der.match(/.{1,64}/g)!.join("\n");
  return `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`;
}
