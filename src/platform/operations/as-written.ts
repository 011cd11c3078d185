import { canonicalAddress } from "#base";

/** What holds, in the form of the file where the file says it, and where it does not, as the file would say it. */
export function asWritten(holds: unknown, file: unknown): unknown {
  if (Array.isArray(holds) && Array.isArray(file) && holds.length === file.length)
    return holds.map((value, i) => asWritten(value, file[i]));
  if (file !== undefined && !(isRecord(holds) && isRecord(file))) return file;
  if (Array.isArray(holds)) return prefixOf(holds) ?? holds.map((value) => asWritten(value, undefined));
  if (!isRecord(holds)) return holds;
  const { address, port, first, last } = holds;
  const keys = Object.keys(holds).length;
  if (keys === 2 && typeof address === "string" && typeof port === "number")
    return `${address.includes(":") ? `[${address}]` : address}:${port}`;
  if (keys === 2 && typeof first === "number" && typeof last === "number") return `${first}-${last}`;
  const below = isRecord(file) ? file : {};
  return Object.fromEntries(Object.entries(holds).map(([key, value]) => [key, asWritten(value, below[key])]));
}

/** A prefix comes as an address in bytes (or 16-bit parts) and its length. */
function prefixOf([address, length, ...rest]: readonly unknown[]): string | undefined {
  if (!isRecord(address) || typeof length !== "number" || rest.length > 0) return undefined;
  const { octets, parts } = address;
  if (Array.isArray(octets)) return `${octets.join(".")}/${length}`;
  if (!Array.isArray(parts)) return undefined;
  return `${canonicalAddress(parts.map((part) => Number(part).toString(16)).join(":"))}/${length}`;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && !Array.isArray(value);
}
