import type { PoolEvent } from "#media";
import { shortTermCredentials } from "#turn-client";
import { Edges, type OpenTurnServers } from "./turn-servers/index.ts";

/** One TURN server that is taken for good until a worker says otherwise; none if `configured` is false. */
export function testTurnServers(configured = true): OpenTurnServers {
  const edges = new Edges();
  const { username, password: credential } = shortTermCredentials("north", "guest", "guest-test", 1_700_000_000_000);
  const urls = ["turn:203.0.113.10:3478?transport=udp", "turn:203.0.113.10:3478?transport=tcp"];
  return {
    useMedia: () => {},
    onPool: (event: PoolEvent) => {
      if ("lost" in event) edges.forget(event.worker);
      else if ("media" in event && event.media.event === "edge") edges.update(event.worker, event.media.edge);
    },
    edges: () => edges.all,
    all: () => [],
    status: () => undefined,
    probe: async () => undefined,
    iceServersFor: ({ via }) => (via === "edge" ? [{ urls, username, credential }] : []),
    failure: () => (configured ? edges.failure : { code: "TURN_SERVER_NONE", detail: "none is configured" }),
  };
}
