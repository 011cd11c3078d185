export { type Refusal, Sfu, type SfuEvents, TICK_MS } from "./sfu.ts";
export type { Codec, ExtensionIds, LegOutput, SourceOptions, Speaker, SubscriptionOptions } from "./types.ts";
