export { type LegMedia, type Refusal, Sfu, type SfuEvents, TICK_MS } from "./sfu.ts";
export type {
  Codec,
  ExtensionIds,
  Forwarding,
  LegOutput,
  SourceOptions,
  Speaker,
  StreamStats,
  SubscriptionOptions,
} from "./types.ts";
