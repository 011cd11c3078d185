export { startsH264Keyframe } from "./h264.ts";
export { audioLevel, ExtensionWriter, forEachExtension } from "./header-extensions.ts";
export { distance16, distance32, Unwrapper16 } from "./numbers.ts";
export {
  isRtcp,
  parseRtp,
  RTP_HEADER_LENGTH,
  type RtpHeader,
  type RtpHeaderFields,
  unwrapRtx,
  writeRtpHeader,
} from "./packet.ts";
export { parseRtcp, type ReportBlock, type RtcpPacket, type SenderReport } from "./rtcp.ts";
export {
  buildNack,
  buildPli,
  buildReceiverReport,
  buildSenderReport,
  buildSourceDescription,
  MAX_REPORT_BLOCKS,
} from "./rtcp-write.ts";
export { buildTransportFeedback, type TransportFeedback } from "./transport-cc.ts";
export { parseVp8, rewriteVp8, type Vp8Descriptor } from "./vp8.ts";
