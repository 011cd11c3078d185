import { SignalRequest, SignalResponse } from "@livekit/protocol";
import { textOf } from "#base";
import { fail } from "./errors.ts";

/** Largest message taken from a client: an offer of 64 m-lines takes about 150 KB. */
export const MAX_FRAME = 512 * 1024;

export type RequestMessage = SignalRequest["message"];
export type ResponseMessage = SignalResponse["message"];

/** Reads one WebSocket message: protobuf in a binary frame, JSON in a text frame. Throws only SIGNALLING_BAD_FRAME. */
export function decodeRequest(frame: Uint8Array | string): RequestMessage {
  if (frame.length > MAX_FRAME) throw fail("SIGNALLING_BAD_FRAME", { why: `longer than ${MAX_FRAME} bytes` });
  try {
    const request =
      typeof frame === "string"
        ? SignalRequest.fromJsonString(frame, { ignoreUnknownFields: true })
        : SignalRequest.fromBinary(frame);
    return request.message;
  } catch (error) {
    throw fail("SIGNALLING_BAD_FRAME", { why: textOf(error).slice(0, 120) }, error);
  }
}

/** A client that sends JSON is answered in JSON. */
export function encodeResponse(message: ResponseMessage, json: boolean): Uint8Array | string {
  const response = new SignalResponse({ message });
  return json ? response.toJsonString() : response.toBinary();
}
