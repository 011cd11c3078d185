import type { Element } from "./element.ts";
import type { ApiFailure } from "./failure.ts";
import { failureText } from "./failure-codes.ts";

type Json = string | number | boolean | Json[] | { [name: string]: Json };

/** {"coSpaces": {"total": 1, "coSpace": [{"id": "…", "name": "…"}]}} */
export function jsonOf(element: Element): string {
  return JSON.stringify({ [element.name]: jsonValue(element) });
}

export function failureJson({ code, attributes, detail }: ApiFailure): string {
  return JSON.stringify({ failureDetails: { code, ...attributes, text: detail ?? failureText(code) } });
}

function jsonValue({ attributes, content }: Element): Json {
  if (!Array.isArray(content)) return attributes ? { ...attributes, value: content as Json } : (content as Json);
  const object: { [name: string]: Json } = { ...attributes };
  for (const child of content as readonly Element[]) {
    const value = jsonValue(child);
    const before = object[child.name];
    if (!child.many) object[child.name] = value;
    else if (Array.isArray(before)) before.push(value);
    else object[child.name] = [value];
  }
  return object;
}
