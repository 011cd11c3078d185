/** What this browser remembers between visits. Storage may be forbidden: then nothing is remembered. */
export type Remembered = "name" | "camera" | "microphone" | "speaker";

export function recall(what: Remembered): string {
  try {
    return localStorage.getItem(`turnpike.${what}`) ?? "";
  } catch {
    return "";
  }
}

export function remember(what: Remembered, value: string): void {
  try {
    localStorage.setItem(`turnpike.${what}`, value);
  } catch {
    // Private windows may refuse: the person types the name again next time.
  }
}
