import { gunzipSync } from "node:zlib";
import { ClientInfo_SDK, JoinRequest, WrappedJoinRequest, WrappedJoinRequest_Compression } from "@livekit/protocol";
import { TurnpikeError, textOf } from "#base";
import { fail } from "./errors.ts";

/** Text of the query parameter; longer than any URL that the proxies let through. */
const MAX_ENCODED = 256 * 1024;
/** A gzip bomb stops here. */
const MAX_DECODED = 512 * 1024;

/** How a client opens its signalling socket: `join_request` of `/rtc/v1`. */
export interface SignallingJoin {
  /** "js 2.23.0 Chrome 156": for the log. */
  readonly client: string;
  readonly autoSubscribe: boolean;
  /** The participant sid of a session to take up again after its socket was lost. */
  readonly resume: string | undefined;
  /** The first offer, which most clients bundle with the join. */
  readonly offer: { readonly sdp: string; readonly id: number } | undefined;
}

/** Throws only SIGNALLING_BAD_JOIN. */
export function decodeJoin(query: Readonly<Record<string, string>>): SignallingJoin {
  const encoded = query.join_request;
  if (encoded === undefined) throw fail("SIGNALLING_BAD_JOIN", { why: "no join_request" });
  if (encoded.length > MAX_ENCODED) throw fail("SIGNALLING_BAD_JOIN", { why: "join_request is too long" });
  const join = parse(encoded);
  return {
    client: clientName(join),
    autoSubscribe: join.connectionSettings?.autoSubscribe ?? true,
    resume: join.reconnect && join.participantSid ? join.participantSid : undefined,
    offer: join.publisherOffer && { sdp: join.publisherOffer.sdp, id: join.publisherOffer.id },
  };
}

function parse(encoded: string): JoinRequest {
  try {
    // Buffer reads base64 and base64url, padded or not.
    const wrapped = WrappedJoinRequest.fromBinary(Buffer.from(encoded, "base64"));
    switch (wrapped.compression) {
      case WrappedJoinRequest_Compression.NONE:
        return JoinRequest.fromBinary(wrapped.joinRequest);
      case WrappedJoinRequest_Compression.GZIP:
        return JoinRequest.fromBinary(gunzipSync(wrapped.joinRequest, { maxOutputLength: MAX_DECODED }));
      default:
        throw fail("SIGNALLING_BAD_JOIN", { why: `compression ${wrapped.compression}` });
    }
  } catch (error) {
    if (error instanceof TurnpikeError) throw error;
    throw fail("SIGNALLING_BAD_JOIN", { why: textOf(error).slice(0, 120) }, error);
  }
}

function clientName(join: JoinRequest): string {
  const info = join.clientInfo;
  const words = [ClientInfo_SDK[info?.sdk ?? 0]?.toLowerCase(), info?.version, info?.browser, info?.browserVersion];
  return words
    .filter((word) => word)
    .join(" ")
    .replace(/[^\x20-\x7e]/g, "")
    .slice(0, 80);
}
