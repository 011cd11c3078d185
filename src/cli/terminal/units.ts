const BINARY = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;
const DECIMAL = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"] as const;

/** "512 B", "1.50 KiB", "23.4 MiB" */
export function bytes(value: number): string {
  return scaled(value, 1024, BINARY);
}

/** "0 bit/s", "64.0 kbit/s" */
export function bitRate(bitsPerSecond: number): string {
  return scaled(bitsPerSecond, 1000, DECIMAL);
}

/** "1,234,567" */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 client", "2 clients" */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Names that come from clients may hold control characters, which would steer the administrator's terminal. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, "?");
}

/** Three digits that count, and no fraction below the first unit. */
function scaled(value: number, step: number, units: readonly string[]): string {
  let unit = 0;
  let rest = value;
  // What would be rounded up to the next unit is shown in it.
  while (rest >= step - 0.5 && unit < units.length - 1) {
    rest /= step;
    unit++;
  }
  if (unit === 0) return `${Math.round(rest)} ${units[0]}`;
  return `${rest.toFixed(rest < 9.995 ? 2 : rest < 99.95 ? 1 : 0)} ${units[unit]}`;
}
