import type { TrustedCertificate } from "#bridge-link";
import { print, type RoleOptions, readInput } from "#role-control";
import { type Look, printable, table } from "#terminal";
import { serverControl } from "./server-control.ts";

/** "web-bridge": the Call Bridges that the Web Bridge trusts. "call-bridge": the Web Bridges that the Call Bridge trusts. */
export type TrustEnd = "web-bridge" | "call-bridge";

export async function addTrust(end: TrustEnd, file: string, options: RoleOptions): Promise<void> {
  const certificate = await readInput(file);
  const added = await serverControl(options)<TrustedCertificate>("POST", `/api/trust/${end}`, { certificate });
  print(options, added, () => `The ${NAMES[end]} trusts ${describe(added)} from now on.`);
}

export async function listTrust(end: TrustEnd, options: RoleOptions): Promise<void> {
  const list = await serverControl(options)<readonly TrustedCertificate[]>("GET", `/api/trust/${end}`);
  print(options, list, (look) => trustText(end, list, look));
}

export async function removeTrust(end: TrustEnd, fingerprint: string, options: RoleOptions): Promise<void> {
  const path = `/api/trust/${end}/${encodeURIComponent(fingerprint)}`;
  const removed = await serverControl(options)<TrustedCertificate>("DELETE", path);
  print(options, removed, () => `The ${NAMES[end]} trusts ${describe(removed)} no longer; a link with it was cut.`);
}

const NAMES = { "web-bridge": "Web Bridge", "call-bridge": "Call Bridge" } as const;

export function trustText(end: TrustEnd, list: readonly TrustedCertificate[], { paint }: Look): string {
  if (list.length === 0) return `The ${NAMES[end]} trusts nobody: \`turnpike ${end} trust add FILE\`.`;
  const rows = list.map((one) => [
    short(one),
    printable(one.subject),
    new Date(one.validTo).toISOString().slice(0, 10),
  ]);
  const columns = [{ title: "fingerprint" }, { title: "subject" }, { title: "valid to" }];
  return [paint("title", `Certificates that the ${NAMES[end]} trusts`), ...table(columns, rows, paint)].join("\n");
}

/** The first eight bytes tell certificates apart, and fit on a line. */
function short({ fingerprint }: TrustedCertificate): string {
  return fingerprint.slice(0, 23);
}

function describe(one: TrustedCertificate): string {
  return `${printable(one.subject)} (${short(one)})`;
}
