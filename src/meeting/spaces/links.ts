import type { StoredObject } from "#storage";

/** A way into a space, as people are told of it. */
export interface MeetingLink {
  /** Undefined for the space's own. */
  readonly accessMethodId: string | undefined;
  /** Of the access method; "" for the space's own. */
  readonly name: string;
  readonly callId: string;
  readonly uri: string | undefined;
  readonly passcode: string | undefined;
  /** A passcode is needed that only its hash is known of: it was set before passcodes were kept. */
  readonly passcodeUnknown: boolean;
  /** Lets in without passcode. */
  readonly url: string;
}

/** The links of a space and its access methods, those without a call id left out. `joinHost` with :port if it is not 443. */
export function linksOf(joinHost: string, space: StoredObject, accessMethods: readonly StoredObject[]): MeetingLink[] {
  return [space, ...accessMethods].flatMap((door) => linkOf(joinHost, door, door === space) ?? []);
}

function linkOf(joinHost: string, { id, fields }: StoredObject, own: boolean): MeetingLink | undefined {
  const { callId, secret, uri, passcode, name } = fields;
  if (callId === undefined) return undefined;
  const proof = secret === undefined ? "" : `?secret=${encodeURIComponent(String(secret))}`;
  return {
    accessMethodId: own ? undefined : id,
    name: own ? "" : String(name ?? ""),
    callId: String(callId),
    uri: uri === undefined ? undefined : String(uri),
    passcode: passcode === undefined ? undefined : String(passcode),
    passcodeUnknown: passcode === undefined && fields.passcodeHash !== undefined,
    url: `https://${joinHost}/meeting/${encodeURIComponent(String(callId))}${proof}`,
  };
}

/** "123 456 789": digits in threes, the first group takes what is left over. */
export function readableCallId(callId: string): string {
  return callId.replace(/\d(?=(\d{3})+$)/g, "$& ");
}
