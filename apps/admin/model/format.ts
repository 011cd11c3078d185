const UNITS: readonly (readonly [name: "d" | "h" | "min" | "s", seconds: number])[] = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
];

/** "3 d 4 h", "4 h 5 min", "5 min 6 s", "6 s". */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const first = UNITS.findIndex(([, size]) => seconds >= size);
  if (first < 0) return "0 s";
  const [unit, size] = UNITS[first]!;
  const [nextUnit, nextSize] = UNITS[first + 1] ?? ["s", 0];
  const rest = nextSize ? Math.floor((seconds % size) / nextSize) : 0;
  return `${Math.floor(seconds / size)} ${unit}${rest ? ` ${rest} ${nextUnit}` : ""}`;
}

/** "0:06", "5:06", "4:05:06": for what runs on. */
export function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Bits per second: "0", "640 b/s", "82 kb/s", "2.4 Mb/s", with a space that no line breaks at. */
export function bitRate(bits: number): string {
  if (bits < 1) return "0";
  if (bits < 1000) return `${Math.round(bits)}\u00a0b/s`;
  if (bits < 1_000_000) return `${Math.round(bits / 1000)}\u00a0kb/s`;
  return `${(bits / 1_000_000).toFixed(bits < 100_000_000 ? 1 : 0)}\u00a0Mb/s`;
}

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** Decimal: "0 B", "640 B", "1.5 kB", "82 MB". */
export function bytes(count: number): string {
  const step = count < 1000 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(count) / 3));
  const value = count / 1000 ** step;
  return `${step > 0 && value < 10 ? value.toFixed(1) : Math.round(value)}\u00a0${BYTE_UNITS[step]}`;
}

/** "0 %", "0.4 %", "12 %". */
export function percent(value: number): string {
  if (value < 0.05) return "0\u00a0%";
  return `${value < 10 ? value.toFixed(1) : Math.round(value)}\u00a0%`;
}

/** "0.3 ms", "12 ms". */
export function milliseconds(value: number): string {
  return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)}\u00a0ms`;
}

/** UTC as in the event log: "2026-01-31" and "09:02:21.594". */
export function utc(at: number): { readonly date: string; readonly time: string } {
  const [date = "", time = ""] = new Date(at).toISOString().split("T");
  return { date, time: time.slice(0, 12) };
}

/** "2026-01-31 09:02:21", UTC. */
export function moment(at: number): string {
  const { date, time } = utc(at);
  return `${date} ${time.slice(0, 8)}`;
}

/** "123 456 789": nine digits are read in threes, others stay. */
export function groupDigits(callId: string): string {
  return /^\d{9}$/.test(callId) ? callId.replace(/(\d{3})(?=\d)/g, "$1 ") : callId;
}

/** "[2001:db8::1]:3478", "10.0.0.1:3478". */
export function hostPort(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** "10.0.9.5:443" and 8445: "10.0.9.5:8445". */
export function withPort(listening: string, port: number): string {
  return `${listening.replace(/:\d+$/, "")}:${port}`;
}
