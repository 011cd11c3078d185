import { type Field, formOf, NOUNS, type Noun } from "#api-schema";
import { FAILURES } from "./http/failure-codes.ts";
import type { Method, Route } from "./http/route.ts";

type Json = { [name: string]: unknown };

/** An OpenAPI 3.1 document of the routes that do something. Bodies are form text; answers are described as JSON. */
export function openApi(routes: readonly Route[]): Json {
  const paths: Json = {};
  for (const route of routes) {
    if (route.lacking) continue;
    const { path, names } = templateOf(route.path);
    paths[`/${path}`] = {
      summary: route.help,
      ...(names.length > 0 ? { parameters: names.map(pathParameter) } : {}),
      ...Object.fromEntries(methodsOf(route).map((method) => [method.toLowerCase(), operation(route, method)])),
    };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Turnpike meeting server: CMS API", version: "1" },
    servers: [{ url: "/api/v1" }],
    security: [{ basic: [] }],
    paths,
    components: {
      securitySchemes: { basic: { type: "http", scheme: "basic" } },
      schemas: { failureDetails: failureSchema(), ...schemas() },
    },
  };
}

function methodsOf(route: Route): Method[] {
  return Object.keys(route.methods) as Method[];
}

/** "coSpaces/{coSpaceId}/accessMethods/{accessMethodId}": a placeholder is named by the word before it. */
export function templateOf(path: string): { readonly path: string; readonly names: readonly string[] } {
  const names: string[] = [];
  const words = path.split("/").map((word, index, all) => {
    if (word === "**") return "*";
    if (word !== "*") return word;
    const name = `${(all[index - 1] ?? "").replace(/s$/, "")}Id`;
    names.push(name);
    return `{${name}}`;
  });
  return { path: words.join("/"), names };
}

function pathParameter(name: string): Json {
  return { name, in: "path", required: true, schema: { type: "string", format: "uuid" } };
}

function operation(route: Route, method: Method): Json {
  const noun = nounOf(route.path);
  const operationId = `${method.toLowerCase()}_${route.path.replaceAll("**", "all").replaceAll("*", "id").replace(/\W+/g, "_")}`;
  const body =
    noun && (method === "POST" || method === "PUT")
      ? { requestBody: { content: { "application/x-www-form-urlencoded": { schema: ref(noun, "Parameters") } } } }
      : {};
  const collection = noun && !noun.singleton && !route.path.endsWith("*");
  const query = collection && method === "GET" ? { parameters: listParameters(noun) } : {};
  return { operationId, ...query, ...body, responses: responses(method, noun, collection === true) };
}

function responses(method: Method, noun: Noun | undefined, collection: boolean): Json {
  const failures = { description: "refused", content: { "application/json": { schema: ref("failureDetails") } } };
  return { 200: { description: "done", ...answerOf(method, noun, collection) }, default: failures };
}

function answerOf(method: Method, noun: Noun | undefined, collection: boolean): Json {
  if (method === "POST" && collection) return { headers: { Location: { schema: { type: "string" } } } };
  if (method !== "GET" || !noun) return {};
  const one = ref(noun, "");
  const list = {
    type: "object",
    properties: { total: { type: "integer" }, [noun.name]: { type: "array", items: one } },
  };
  const name = collection ? noun.plural : noun.name;
  const schema = { type: "object", properties: { [name]: collection ? list : one } };
  return { content: { "application/json": { schema }, "text/xml": {} } };
}

function listParameters(noun: Noun): Json[] {
  const filters = noun.fields.filter((field) => field.type === "reference" && !field.virtual && !field.internal);
  const names = ["offset", "limit", "filter", ...filters.map((field) => `${field.name}Filter`)];
  return names.map((name) => ({
    name,
    in: "query",
    schema: { type: /offset|limit/.test(name) ? "integer" : "string" },
  }));
}

/** The noun whose collection or object a route is. */
export function nounOf(path: string): Noun | undefined {
  const words = path.split("/").filter((word) => word !== "*");
  return [...NOUNS.values()].find((noun) => {
    const parent = noun.parent === undefined ? undefined : NOUNS.get(noun.parent)!.plural;
    return words.join("/") === [parent, noun.under, noun.plural].filter(Boolean).join("/");
  });
}

function ref(noun: Noun | string, kind = ""): Json {
  return { $ref: `#/components/schemas/${typeof noun === "string" ? noun : noun.name + kind}` };
}

function schemas(): Json {
  return Object.fromEntries([...NOUNS.values()].flatMap((noun) => [schemaOf(noun), parametersOf(noun)]));
}

function schemaOf(noun: Noun): [string, unknown] {
  const shown = noun.fields.filter((field) => !field.internal && !field.virtual && field.secret !== "write-only");
  return [
    noun.name,
    { type: "object", description: noun.help, properties: { id: { type: "string" }, ...properties(shown) } },
  ];
}

function parametersOf(noun: Noun): [string, unknown] {
  const taken = noun.fields.filter((field) => !field.internal && !field.readOnly);
  return [`${noun.name}Parameters`, { type: "object", properties: properties(taken) }];
}

function properties(fields: readonly Field[]): Json {
  return Object.fromEntries(fields.map((field) => [field.name, property(field)]));
}

function property(field: Field): Json {
  const more = {
    description: `${field.help} (${formOf(field)})`,
    ...(field.default === undefined ? {} : { default: field.default }),
    ...(field.secret === "write-only" ? { writeOnly: true } : {}),
    ...(field.readOnly ? { readOnly: true } : {}),
  };
  switch (field.type) {
    case "text":
      return {
        type: "string",
        maxLength: field.max,
        ...(field.pattern ? { pattern: field.pattern.source } : {}),
        ...more,
      };
    case "number":
      return { type: "integer", minimum: field.min, maximum: field.max, ...more };
    case "boolean":
      return { type: "boolean", ...more };
    case "enum":
      return { type: "string", enum: field.values, ...more };
    case "reference":
      return { type: "string", format: "uuid", ...more };
  }
}

function failureSchema(): Json {
  const code = { type: "string", enum: FAILURES.map(({ code }) => code) };
  const inner = { type: "object", required: ["code", "text"], properties: { code, text: { type: "string" } } };
  return { type: "object", properties: { failureDetails: inner } };
}
