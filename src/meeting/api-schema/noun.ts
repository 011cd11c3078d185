/** What a field holds, and how a parameter's text becomes it. */
export type FieldType =
  /** `max` in characters; `pattern` must match the whole text, `form` says it in words. */
  | { readonly type: "text"; readonly max: number; readonly pattern?: RegExp; readonly form?: string }
  | { readonly type: "number"; readonly min: number; readonly max: number }
  | { readonly type: "boolean" }
  | { readonly type: "enum"; readonly values: readonly string[] }
  /** The id (UUID) of an object of another noun; of one that is not in NOUNS there are none, so that any id is refused. */
  | { readonly type: "reference"; readonly to: string };

export type FieldValue = string | number | boolean;

export type Field = FieldType & {
  /** As in the CMS API: "callLegProfile". */
  readonly name: string;
  /** One line for forms and docs. */
  readonly help: string;
  /** Effective when unset. Parameters that are inherited have none. */
  readonly default?: FieldValue;
  /** POST must give it. */
  readonly required?: boolean;
  /** Only the server sets it. */
  readonly readOnly?: boolean;
  /** "sealed": encrypted where it is stored. "write-only": sealed too, and never given out again. */
  readonly secret?: "sealed" | "write-only";
  /** Shown in the list of objects, not only in the object itself. */
  readonly listed?: boolean;
  /** `filter=` looks for its text in this field. */
  readonly searched?: boolean;
  /** Unique within the group. Two objects of one space may share a value if their passcodes differ. */
  readonly claim?: ClaimGroup;
  /** For the server itself: no parameter, and never given out. */
  readonly internal?: boolean;
  /** A parameter that is acted upon and not stored. */
  readonly virtual?: boolean;
  /** Taken, stored and given back, but without effect here: there is no SIP, no recorder, no layout made by the server. */
  readonly inert?: boolean;
  /** Not in the CMS API. */
  readonly extension?: boolean;
  /** Other names by which clients send it. */
  readonly aliases?: readonly string[];
};

/** "callId" and "uri" are shared by spaces and their access methods. */
export type ClaimGroup = "callId" | "uri" | "userJid" | "callBridgeName" | "webBridgeUrl";

export interface Noun {
  /** Singular, also the XML element: "turnServer". */
  readonly name: string;
  /** The collection: last path segment and XML element of the list: "turnServers". */
  readonly plural: string;
  /** Before the plural, if it is not at the top: "system" for system/cdrReceivers, "system/configuration" for cluster. */
  readonly under?: string;
  /** The noun in whose objects these live: "coSpace" for accessMethods. */
  readonly parent?: string;
  /** There is one object, without id and collection: system/profiles. */
  readonly singleton?: boolean;
  /** One line for docs and pages. */
  readonly help: string;
  /** In the order of documents, forms and pages. */
  readonly fields: readonly Field[];
  /** By which lists are sorted; by age if left out. */
  readonly sort?: string;
  /** At most so many objects. */
  readonly limit?: number;
  /** "does not exist": "turnServerDoesNotExist". */
  readonly missing: string;
  /** Not in the CMS API. */
  readonly extension?: boolean;
  /** Parameters of older CMS versions: taken, and nothing is done with them. */
  readonly ignored?: readonly string[];
}
