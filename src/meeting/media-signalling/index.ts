export { type ForwardedData, forwardData, MAX_DATA } from "./data-packet.ts";
export { mediaSignallingErrors } from "./errors.ts";
export { decodeRequest, encodeResponse, MAX_FRAME, type RequestMessage, type ResponseMessage } from "./frames.ts";
export { decodeJoin, type SignallingJoin } from "./join-request.ts";
export type { AnswerTransport } from "./sdp/answer.ts";
export type { NegotiatedCodec } from "./sdp/codecs.ts";
export { farewell, PING } from "./session/messages.ts";
export type {
  ConnectionQuality,
  JoinContext,
  LeaveAction,
  LeaveReason,
  PublishRequest,
  SessionInput,
  SessionOutput,
  SourceView,
  SpeakerView,
  SubscriptionView,
} from "./session/ports.ts";
export { LiveKitSession } from "./session/session.ts";
export { VALIDATION, type Validation } from "./validate.ts";
export type {
  IceServerView,
  LayerView,
  MediaSource,
  ParticipantView,
  PermissionView,
  RoomView,
  TrackView,
} from "./views.ts";
