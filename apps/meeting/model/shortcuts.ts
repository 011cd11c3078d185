export type Shortcut = "mic" | "camera" | "share" | "people" | "details" | "dismiss";

export interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
  /** Whether text is being typed somewhere. */
  readonly typing: boolean;
}

export const SHORTCUT_KEYS = { mic: "M", camera: "V", share: "S", people: "P", details: "D" } as const;

/** A single letter acts only where it can mean nothing else. */
export function shortcutOf(key: Key): Shortcut | undefined {
  if (key.ctrlKey || key.metaKey || key.altKey || key.repeat) return undefined;
  if (key.key === "Escape") return "dismiss";
  if (key.typing) return undefined;
  const letter = key.key.toUpperCase();
  for (const [shortcut, its] of Object.entries(SHORTCUT_KEYS)) if (its === letter) return shortcut as Shortcut;
  return undefined;
}
