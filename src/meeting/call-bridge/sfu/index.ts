export { type LegMedia, type Refusal, Sfu, type SfuEvents, TICK_MS } from "./sfu.ts";
export type {
  Codec,
  ExtensionIds,
  LegOutput,
  SourceOptions,
  Speaker,
  StreamStats,
  SubscriptionOptions,
} from "./types.ts";
