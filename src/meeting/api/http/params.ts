import { type Field, parseValue } from "#api-schema";
import { parameterError } from "./failure.ts";

/** The parameters of a request, found whatever their case. Who reads one knows it; the rest is refused at the end. */
export class Params {
  readonly #values = new Map<string, { readonly name: string; readonly value: string }>();
  readonly #known = new Set<string>();

  constructor(entries: Iterable<readonly [string, string]> = []) {
    for (const [name, value] of entries) this.#values.set(name.toLowerCase(), { name, value });
  }

  /** Its text; "" if it was given empty, undefined if it was not given. */
  text(...names: readonly string[]): string | undefined {
    for (const name of names) this.#known.add(name.toLowerCase());
    const given = names.map((name) => this.#values.get(name.toLowerCase())).find((entry) => entry !== undefined);
    return given?.value;
  }

  /** Its text, or undefined if it is empty or was not given. */
  filled(...names: readonly string[]): string | undefined {
    return this.text(...names) || undefined;
  }

  /** Its value as the field says; undefined if it is empty or was not given. */
  value(field: Field): string | number | boolean | undefined {
    const text = this.filled(field.name, ...(field.aliases ?? []));
    if (text === undefined) return undefined;
    const parsed = parseValue(field, text);
    if (!parsed.ok) throw parameterError(field.name, parsed.problem, parsed.detail);
    return parsed.value;
  }

  flag(name: string): boolean | undefined {
    return this.value({ type: "boolean", name, help: "" }) as boolean | undefined;
  }

  number(name: string, min: number, max: number): number | undefined {
    return this.value({ type: "number", name, min, max, help: "" }) as number | undefined;
  }

  id(name: string, to = name): string | undefined {
    return this.value({ type: "reference", name, to, help: "" }) as string | undefined;
  }

  ignore(...names: readonly string[]): void {
    for (const name of names) this.#known.add(name.toLowerCase());
  }

  /** Throws a parameterError for the first that nobody has asked for: nothing that was meant may be lost unseen. */
  finish(): void {
    for (const [key, { name }] of this.#values)
      if (!this.#known.has(key)) throw parameterError(name, "unrecognizedParameter", "there is no such parameter here");
  }
}
