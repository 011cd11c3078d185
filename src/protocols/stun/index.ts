export { attributes } from "./attributes.ts";
export {
  CHANNEL_HEADER,
  type ChannelData,
  decodeChannelData,
  encodeChannelData,
  FIRST_CHANNEL,
  isChannelData,
  LAST_CHANNEL,
  LAST_LEGACY_CHANNEL,
  writeChannelHeader,
} from "./channel-data.ts";
export { AddressFamily, MessageClass, Method, methodName, PasswordAlgorithmNumber, padded } from "./constants.ts";
export { longTermKey, longTermKeySha256, opaqueString, userhash } from "./credentials.ts";
export { decodeMessage, isStun, StunMessage } from "./decode.ts";
export {
  type Attribute,
  attribute,
  encodeMessage,
  newTransactionId,
  type OutgoingMessage,
  type Protection,
} from "./encode.ts";
export type { AddressErrorCode, ErrorCode, IcmpError } from "./error-rows.ts";
export { DecodeError } from "./errors.ts";
export { FrameReader } from "./framing.ts";
export { type IntegrityAlgorithm, type IntegrityKey, verifyIntegrity } from "./integrity.ts";
export type { PasswordAlgorithm } from "./password-rows.ts";
export type { TurnpikeLoad } from "./private-rows.ts";
export type { AttributeRow } from "./rows.ts";
