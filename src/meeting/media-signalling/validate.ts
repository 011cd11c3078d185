/** What `/rtc/v1/validate` answers: LiveKit's clients ask after a failed connect and decide by it whether to try again. */
export interface Validation {
  readonly status: 200 | 401 | 404;
  readonly text: string;
}

export const VALIDATION: Readonly<Record<"good" | "bad-token" | "no-room", Validation>> = {
  good: { status: 200, text: "success" },
  // 401: "not allowed", which is final.
  "bad-token": { status: 401, text: "invalid or expired token" },
  // Clients take any other 404 for a server without `/rtc/v1` and fall back to the old protocol.
  "no-room": { status: 404, text: "requested room does not exist" },
};
