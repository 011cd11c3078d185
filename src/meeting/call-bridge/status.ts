import type { EdgeState, LegState } from "#media";
import type { Call } from "./call.ts";

/** For the administrator's page. */
export interface CallBridgeStatus {
  readonly name: string;
  readonly calls: readonly CallStatus[];
  /** Each media worker's relay on each edge. */
  readonly edges: readonly { readonly worker: number; readonly state: EdgeState }[];
}

export interface CallStatus {
  readonly space: { readonly id: string; readonly name: string; readonly callId: string };
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly participants: readonly {
    readonly identity: string;
    readonly name: string;
    /** Its address as the Web Bridge saw it. */
    readonly address: string;
    readonly via: "edge" | "inside";
    readonly joinedAt: number;
    readonly signalling: "connected" | "lost";
    readonly media: LegState;
    readonly client: string;
    readonly tracks: readonly { readonly source: string; readonly muted: boolean; readonly mimeType: string }[];
  }[];
}

export function statusOf(name: string, calls: readonly Call[], edges: CallBridgeStatus["edges"]): CallBridgeStatus {
  return { name, calls: calls.map(callStatus), edges };
}

function callStatus(call: Call): CallStatus {
  const { id, name } = call.space;
  const { callId } = call;
  const participants = call.clients.flatMap((client) => {
    const view = call.conference.participant(client.sid);
    if (!view) return [];
    return {
      identity: view.identity,
      name: view.name,
      address: client.origin.address,
      via: client.leg.via,
      joinedAt: view.joinedAt,
      signalling: client.socket ? ("connected" as const) : ("lost" as const),
      media: client.leg.state,
      client: client.client,
      tracks: view.tracks.map(({ source, muted, mimeType }) => ({ source, muted, mimeType })),
    };
  });
  return { space: { id, name, callId }, startedAt: call.startedAt, participants };
}
