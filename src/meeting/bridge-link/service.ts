/**
 * What a Call Bridge does for a Web Bridge. The Call Bridge implements it; the Web Bridge holds a proxy of it that
 * speaks over the bridge link. It is the only thing that the two know of each other.
 */
export interface CallBridgeService {
  /** Looks a meeting up and admits the caller, or says in one way why not. Never rejects for a wrong id or passcode. */
  join(request: JoinRequest, origin: ClientOrigin): Promise<JoinAnswer>;
  /** Opens the signalling session of someone who was admitted. Refusals come as `close` of the stream. */
  openSignalling(request: SignallingRequest, origin: ClientOrigin, stream: SignallingStream): void;
  /** Waits, at most 25 s, for news of someone in the lobby, whose token `join` gave. A wrong or old token is refused. */
  lobby(token: string, origin: ClientOrigin): Promise<JoinAnswer>;
  /** What a participant asks for its meeting: to lock it, to mute somebody. `token` is its access token. */
  control(token: string, action: ControlAction, origin: ClientOrigin): Promise<ControlAnswer>;
  /** Sign-in of users and their own spaces: what the Web Bridge got under /api, but for joins. */
  portal(request: PortalRequest, origin: ClientOrigin): Promise<PortalAnswer>;
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
  /** The webBridge object over whose link it came: set by the Call Bridge's end, whatever the other end says. */
  readonly webBridge?: string;
}

export interface JoinRequest {
  /** Digits (spaces and dashes have been removed), or the user part of a URI if it holds anything else. */
  readonly callId: string;
  /** From the link: stands in for the passcode. */
  readonly secret?: string;
  readonly passcode?: string;
  /** Display name, 1-80 characters, trimmed. */
  readonly name: string;
  /** The session of a user who signed in. */
  readonly session?: string;
  /** The access token of an earlier time in this meeting: its holder comes back as the same participant. */
  readonly returning?: string;
  /** Asked before the person has decided to come: who would have to wait is told so, and does not begin to wait. */
  readonly ahead?: true;
}

/** What a participant may do to its meeting, if its call leg profile lets it. `participant` is an identity. */
export type ControlAction =
  | { readonly do: "lock" | "unlock" | "endForAll" | "admitAll" | "muteAll" }
  | {
      readonly do:
        | "admit"
        | "refuse"
        | "toLobby"
        | "remove"
        | "makeHost"
        | "mute"
        | "unmute"
        | "stopVideo"
        | "startVideo";
      readonly participant: string;
    };

export type ControlAnswer = { readonly done: true } | { readonly done: false; readonly error: GuestError };

/** Below /api: "GET", "/cospaces". */
export interface PortalRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The session's token. */
  readonly session?: string;
  readonly body?: unknown;
}

export interface PortalAnswer {
  readonly status: number;
  /** JSON. */
  readonly body?: unknown;
  /** Where to go instead, for sign-in at a provider. */
  readonly location?: string;
  /** The session's token to keep as a cookie; "" takes it away. */
  readonly session?: string;
}

export type JoinAnswer =
  | {
      readonly result: "admitted";
      readonly space: { readonly name: string; readonly callId: string };
      readonly participant: { readonly identity: string; readonly name: string };
      /** LiveKit access token (JWT, HS256), good for this participant in this space. */
      readonly token: string;
      readonly iceServers: readonly IceServer[];
      readonly traceId: string;
    }
  /** To be let in later: `lobby` is asked with this token until it says otherwise. */
  | {
      readonly result: "waiting";
      readonly space: { readonly name: string; readonly callId: string };
      readonly participant: { readonly identity: string; readonly name: string };
      readonly token: string;
      readonly why: "host-not-here" | "locked" | "sent-back";
      readonly traceId: string;
    }
  | { readonly result: "refused"; readonly error: GuestError };

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
