import { NOUNS, type Noun } from "#api-schema";
import type { ObjectReader, StoredObject } from "#storage";
import { collection, type Element } from "../http/element.ts";
import { ApiFailure, missing, parameterError } from "../http/failure.ts";
import { type Answer, type Call, content } from "../http/route.ts";
import { checkReferences, objectElement, readFields, setOnly } from "./fields.ts";
import { readFilters, readPage } from "./lists.ts";
import type { Special } from "./special.ts";
import { usageOf } from "./usage.ts";

/** GET, POST, PUT and DELETE of the objects of one noun. */
export class NounHandlers {
  readonly noun: Noun;
  readonly #special: Special;

  constructor(noun: Noun, special: Special = {}) {
    this.noun = noun;
    this.#special = special;
  }

  async list(call: Call): Promise<Answer> {
    const { noun } = this;
    const { storage } = call.options;
    const parent = await this.#parent(storage, call);
    const query = { ...readFilters(noun, call.params), ...readPage(call.params), ...(parent ? { parent } : {}) };
    const usage = call.params.filled("usageFilter");
    call.params.finish();
    const list =
      usage === undefined ? await storage.list(noun.name, query) : await usageOf(storage, noun.name, query, usage);
    const items: Element[] = [];
    for (const object of list.objects)
      items.push(objectElement(noun, object, true, await this.#extras(storage, object, true)));
    return content(collection(noun.plural, list.total, items, noun.limit ? { maximum: noun.limit } : {}));
  }

  async get(call: Call): Promise<Answer> {
    const { storage } = call.options;
    const object = await this.#object(storage, call);
    const extras = await this.#extras(storage, object, false);
    return content(objectElement(this.noun, object, false, extras), object.version);
  }

  async post(call: Call): Promise<Answer> {
    const { noun } = this;
    const { storage } = call.options;
    const given = readFields(noun, call.params, "POST");
    Object.assign(given.stored, await this.#special.prepare?.(given, call));
    const made = await storage.change(async (writer) => {
      const parent = await this.#parent(writer, call);
      await checkReferences(writer, noun, given.stored);
      if (this.#special.insert) return this.#special.insert(writer, given, parent);
      return writer.insert({ noun: noun.name, fields: setOnly(given.stored), ...(parent ? { parent } : {}) });
    });
    tell(call, "created new", noun.name, made.id);
    return { kind: "created", path: [...pathOf(noun, made.parent), made.id].join("/"), version: made.version };
  }

  async put(call: Call): Promise<Answer> {
    const { noun } = this;
    const { storage } = call.options;
    const given = readFields(noun, call.params, "PUT");
    Object.assign(given.stored, await this.#special.prepare?.(given, call));
    const changed = await storage.change(async (writer) => {
      const object = await this.#object(writer, call);
      if (!call.ifMatch(object.version)) throw new ApiFailure(412, "changedMeanwhile");
      await checkReferences(writer, noun, given.stored);
      if (this.#special.update) return this.#special.update(writer, object, given);
      return writer.update(noun.name, object.id, given.stored);
    });
    tell(call, "modified", noun.name, changed.id);
    return { kind: "done", version: changed.version };
  }

  async delete(call: Call): Promise<Answer> {
    call.params.finish();
    const id = await call.options.storage.change(async (writer) => {
      const object = await this.#object(writer, call);
      if (!call.ifMatch(object.version)) throw new ApiFailure(412, "changedMeanwhile");
      await this.#special.removing?.(writer, object);
      await writer.remove(this.noun.name, object.id);
      return object.id;
    });
    tell(call, "deleted", this.noun.name, id);
    return { kind: "done" };
  }

  /** The object that the path names, in the parent that the path names. */
  async #object(reader: ObjectReader, call: Call): Promise<StoredObject> {
    const { noun } = this;
    const parent = await this.#parent(reader, call);
    const id = noun.singleton ? noun.name : (call.ids.at(-1) ?? "");
    const object = (await reader.get(noun.name, id)) ?? (await this.#special.find?.(reader, id, parent));
    if (!object || object.parent !== parent) throw missing(noun.missing);
    return object;
  }

  async #parent(reader: ObjectReader, call: Call): Promise<string | undefined> {
    const { parent } = this.noun;
    if (parent === undefined) return undefined;
    const object = await reader.get(parent, call.ids[0]!);
    if (!object) throw missing(NOUNS.get(parent)!.missing);
    return object.id;
  }

  async #extras(reader: ObjectReader, object: StoredObject, listed: boolean): Promise<readonly Element[]> {
    return (await this.#special.extras?.(reader, object, listed)) ?? [];
  }
}

/** `10.1.1.1: API user "api" modified coSpace 527089d6-…` */
export function tell(call: Call, what: string, noun: string, id: string): void {
  const { address, name } = call.by;
  const from = address === undefined ? "" : `${address}: `;
  call.options.events.write("info", `${from}API user ${JSON.stringify(name)} ${what} ${noun} ${id}`);
}

function pathOf(noun: Noun, parent: string | undefined): string[] {
  const above = noun.parent === undefined ? [] : [NOUNS.get(noun.parent)!.plural, parent!];
  return [...above, ...(noun.under === undefined ? [] : [noun.under]), noun.plural];
}

/** Of an enum that is no field. */
export function oneOf<T extends string>(parameter: string, value: string, values: readonly T[]): T {
  const found = values.find((one) => one.toLowerCase() === value.toLowerCase());
  if (!found) throw parameterError(parameter, "invalidValue", values.join(", "));
  return found;
}
