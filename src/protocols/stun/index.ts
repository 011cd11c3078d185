export { type AttributeRow, attributes, type ErrorCode } from "./attributes.ts";
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
export { MessageClass, Method, padded } from "./constants.ts";
export { decodeMessage, isStun, StunMessage } from "./decode.ts";
export {
  type Attribute,
  attribute,
  encodeMessage,
  newTransactionId,
  type OutgoingMessage,
  type Protection,
} from "./encode.ts";
export { DecodeError } from "./errors.ts";
export { FrameReader } from "./framing.ts";
export { type IntegrityKey, longTermKey, verifyIntegrity } from "./integrity.ts";
