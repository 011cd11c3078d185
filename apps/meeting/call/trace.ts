/** Follows one join through the log of every role: 16 lower-case hex digits. */
export function newTraceId(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
