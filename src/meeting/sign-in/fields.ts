import type { StoredObject } from "#storage";

/** Fields of stored objects by their type; the storage has checked them against the noun. */
export function textField(object: StoredObject, name: string): string | undefined {
  const value = object.fields[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function numberField(object: StoredObject, name: string, otherwise: number): number {
  const value = object.fields[name];
  return typeof value === "number" ? value : otherwise;
}

export function flagField(object: StoredObject, name: string, otherwise: boolean): boolean {
  const value = object.fields[name];
  return typeof value === "boolean" ? value : otherwise;
}
