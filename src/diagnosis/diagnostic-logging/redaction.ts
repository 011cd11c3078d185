import { parse, stringify } from "yaml";
import { blankSecrets } from "#event-log";

const HIDDEN = "[hidden]";
/** Names whose values are never written, whatever they are. */
const SECRET_NAME = /secret|passw|passcode|token|credential|authorization|cookie|private|^key$/i;
/** In a configuration these name a file, which may be known. */
const NAMES_A_FILE = /(file|folder|path)$/i;
const CONFIG_SECRET = /secret|passw|passcode|token|credential|authorization|cookie/i;
const PEM = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g;
/** Shorter texts occur everywhere by chance. */
const SHORTEST_SECRET = 6;
const DEEPEST = 8;

/**
 * Takes secrets out of whatever goes into an archive: by the names of fields, by the look of texts, and by the texts
 * that the role knows for secrets. Whoever writes a line must have left them out before.
 */
export class Redaction {
  readonly #secrets: () => readonly string[];

  constructor(secrets: () => readonly string[] = () => []) {
    this.#secrets = secrets;
  }

  text(text: string): string {
    let clean = blankSecrets(text.replace(PEM, HIDDEN));
    for (const secret of this.#secrets())
      if (secret.length >= SHORTEST_SECRET) clean = clean.replaceAll(secret, HIDDEN);
    return clean;
  }

  /** A value for JSON. */
  value(value: unknown): unknown {
    return this.#walk(value, (name) => SECRET_NAME.test(name), DEEPEST);
  }

  /** A YAML file without its comments, which nobody has checked. */
  yaml(text: string): string {
    let parsed: unknown;
    try {
      parsed = parse(text);
    } catch {
      return "# not shown: it is not valid YAML\n";
    }
    const isSecret = (name: string) => CONFIG_SECRET.test(name) && !NAMES_A_FILE.test(name);
    return stringify(this.#walk(parsed, isSecret, Number.POSITIVE_INFINITY));
  }

  #walk(value: unknown, isSecret: (name: string) => boolean, depth: number): unknown {
    if (typeof value === "string") return this.text(value);
    if (typeof value === "bigint") return String(value);
    if (value instanceof Error) return this.text(value.message);
    if (value === null || typeof value !== "object") return value;
    if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
    if (depth === 0) return "…";
    if (Array.isArray(value)) return value.map((item) => this.#walk(item, isSecret, depth - 1));
    if (value instanceof Map || value instanceof Set) return this.#walk([...value], isSecret, depth - 1);
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        name,
        isSecret(name) && !isHarmless(item) ? HIDDEN : this.#walk(item, isSecret, depth - 1),
      ]),
    );
  }
}

/** Counts and switches under such a name say nothing of the secret, nor does its absence. */
function isHarmless(value: unknown): boolean {
  return typeof value === "boolean" || typeof value === "number" || value === undefined || value === null;
}
