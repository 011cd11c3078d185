export type { ClaimGroup, Field, FieldType, FieldValue, Noun } from "./noun.ts";
export { WEB_BRIDGE_PROFILE_DEFAULTS } from "./nouns/bridges.ts";
export { CALL_LEG_FIELDS } from "./nouns/call-leg-fields.ts";
export { NOUNS } from "./nouns/index.ts";
export { formOf, type Parsed, type Problem, parseValue, UUID } from "./parse.ts";
export { type JsonField, type JsonNoun, schemaJson } from "./schema-json.ts";
