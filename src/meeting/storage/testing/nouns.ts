import type { Field, Noun } from "#api-schema";

const noun = (name: string, fields: readonly Field[], more: Partial<Noun> = {}): Noun => ({
  name,
  plural: `${name}s`,
  help: "",
  missing: `${name}DoesNotExist`,
  fields,
  ...more,
});

const text = (name: string, more: Partial<Field> = {}): Field =>
  ({ type: "text", max: 200, name, help: "", ...more }) as Field;

/** Small nouns in which everything occurs that a storage has to know of. */
export const TEST_NOUNS: ReadonlyMap<string, Noun> = new Map(
  [
    noun("profile", [text("name", { searched: true })], { sort: "name" }),
    noun(
      "coSpace",
      [
        text("name", { searched: true }),
        text("uri", { claim: "uri", searched: true }),
        text("secondaryUri", { claim: "uri" }),
        text("callId", { claim: "callId" }),
        text("passcode", { secret: "sealed" }),
        text("passcodeHash", { internal: true, secret: "write-only" }),
        text("secret", { secret: "sealed" }),
        text("tag"),
        { type: "number", min: 0, max: 1e9, name: "size", help: "" },
        { type: "boolean", name: "open", help: "" },
        { type: "boolean", name: "requireCallId", help: "", virtual: true },
        { type: "reference", to: "profile", name: "profile", help: "" },
        { type: "reference", to: "profile", name: "otherProfile", help: "" },
      ],
      { sort: "name" },
    ),
    noun("accessMethod", [text("callId", { claim: "callId" }), text("passcode", { secret: "sealed" })], {
      parent: "coSpace",
    }),
    noun("receiver", [text("uri")], { limit: 2 }),
    noun("user", [text("userJid", { claim: "userJid" })]),
    noun("system", [{ type: "reference", to: "profile", name: "profile", help: "" }], { singleton: true }),
  ].map((one) => [one.name, one]),
);
