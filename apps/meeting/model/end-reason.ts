/** How a meeting ended for one. "to-lobby": one is to wait there; "refused": one waited there. */
export type EndReason = "left" | "lost" | "removed" | "over" | "elsewhere" | "to-lobby" | "refused";
