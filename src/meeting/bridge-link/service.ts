/**
 * What a Call Bridge does for a Web Bridge. The Call Bridge implements it; the Web Bridge holds a proxy of it that
 * speaks over the bridge link. It is the only thing that the two know of each other.
 */
export interface CallBridgeService {
  /** Looks a meeting up and admits the caller, or says in one way why not. Never rejects for a wrong id or passcode. */
  join(request: JoinRequest, origin: ClientOrigin): Promise<JoinAnswer>;
  /** Opens the signalling session of someone who was admitted. Refusals come as `close` of the stream. */
  openSignalling(request: SignallingRequest, origin: ClientOrigin, stream: SignallingStream): void;
  /** Why a token was or would be refused: LiveKit clients ask after a failed connect. */
  validateToken(token: string): Promise<{ readonly status: 200 | 401 | 404; readonly text: string }>;
}

/** Who is at the other end of a request, as the Web Bridge saw it. */
export interface ClientOrigin {
  /** IP address in canonical form: the guest's public address if the request came through an edge. */
  readonly address: string;
  /** "edge" if it came through a core that the Web Bridge trusts, else "inside". */
  readonly via: "edge" | "inside";
  /** Follows one join through the log of every role: 16 lower-case hex digits. */
  readonly traceId: string;
}

export interface JoinRequest {
  /** Nine digits; spaces and dashes have been removed. */
  readonly callId: string;
  /** From the link: stands in for the passcode. */
  readonly secret?: string;
  readonly passcode?: string;
  /** Display name, 1-80 characters, trimmed. */
  readonly name: string;
}

export type JoinAnswer =
  | {
      readonly admitted: true;
      readonly space: { readonly name: string; readonly callId: string };
      readonly participant: { readonly identity: string; readonly name: string };
      /** LiveKit access token (JWT, HS256), good for this participant in this space. */
      readonly token: string;
      readonly iceServers: readonly IceServer[];
      readonly traceId: string;
    }
  | { readonly admitted: false; readonly error: GuestError };

/** As RTCIceServer. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username: string;
  readonly credential: string;
}

/** A failure as a guest is told it. */
export interface GuestError {
  /** Stable, from the table of the part that failed: "JOIN_REFUSED", "JOIN_RATE_LIMITED", "BRIDGE_LINK_DOWN"... */
  readonly code: string;
  /** One sentence, without technical words. */
  readonly message: string;
  /** Seconds to wait before trying again, if waiting helps. */
  readonly retryAfter?: number;
  readonly traceId: string;
}

export interface SignallingRequest {
  readonly token: string;
  /** The client's query parameters (LiveKit: join_request, reconnect, sid, sdk...), token removed. */
  readonly query: Readonly<Record<string, string>>;
}

/** One WebSocket of a client, carried over the bridge link. LiveKit clients send protobuf as binary frames. */
export interface SignallingStream {
  send(frame: Uint8Array | string): void;
  /** At most one listener each; set before the first await, or frames are lost. */
  onMessage(listener: (frame: Uint8Array | string) => void): void;
  /** Told once, whoever closed. `code` is a WebSocket close code (RFC 6455 7.4). */
  onClose(listener: (code: number, reason: string) => void): void;
  close(code: number, reason: string): void;
  /** Where the sender can be held back: no message is read until `resume`. */
  pause?(): void;
  resume?(): void;
}
