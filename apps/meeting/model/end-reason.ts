/**
 * How a meeting ended for one. "to-lobby": one is to wait there; "refused": one waited there; "call-gone": the server was
 * started anew, "no-media": no edge has a relay for its media; both times one joins again by oneself.
 */
export type EndReason =
  | "left"
  | "lost"
  | "removed"
  | "over"
  | "elsewhere"
  | "to-lobby"
  | "refused"
  | "call-gone"
  | "no-media";
