/** What is answered, before it is XML or JSON. */
export interface Element {
  readonly name: string;
  /** In this order: clients take `total` to be the first. */
  readonly attributes?: Readonly<Record<string, string | number>>;
  /** Its text, or what is in it; "" or [] is an empty element. */
  readonly content: string | number | boolean | readonly Element[];
  /** There may be several of this name: an array in JSON, even of one. */
  readonly many?: boolean;
  /** Left out of the XML. */
  readonly onlyJson?: boolean;
}

/** An element with a text, or nothing if there is no value. */
export function leaf(name: string, value: string | number | boolean | undefined): Element[] {
  return value === undefined ? [] : [{ name, content: value }];
}

/** One with all the leaves that have a value. */
export function leaves(values: Readonly<Record<string, string | number | boolean | undefined>>): Element[] {
  return Object.entries(values).flatMap(([name, value]) => leaf(name, value));
}

export function node(name: string, content: readonly Element[], attributes?: Element["attributes"]): Element {
  return { name, content, ...(attributes ? { attributes } : {}) };
}

/** `<calls total="N">`: `total` counts all that match, not only this page. */
export function collection(
  name: string,
  total: number,
  items: readonly Element[],
  more: Readonly<Record<string, string | number>> = {},
): Element {
  return { name, attributes: { total, ...more }, content: items.map((item) => ({ ...item, many: true })) };
}
