import { assertNever } from "#base";
import type { SessionOutput } from "#media-signalling";
import type { Call } from "./call.ts";
import type { Client } from "./client.ts";
import { beginForwarding, clientMutes, publish, subscriptionOf, trackOf, wantForwarding } from "./enforcement.ts";
import { cleanName } from "./names.ts";
import { SERVER_ATTRIBUTES } from "./shown.ts";

type MediaOutput = Extract<
  SessionOutput,
  { output: "setRemote" | "permit" | "addSource" | "addSubscription" | "removeSubscription" | "setSubscription" }
>;

/** Does what a client's session asks for. */
export function carryOut(call: Call, client: Client, output: SessionOutput): void {
  const { sid } = client;
  switch (output.output) {
    case "send":
      return void client.send(output.message);
    case "close":
      return void client.close(output.code, output.reason);
    case "restartIce":
      return void call.awaitTransport(client, () => client.leg.restartIce());
    case "publish":
      return void publish(call, client, output.request);
    case "unpublish":
      client.saysMuted.delete(output.trackSid);
      return void call.command({ do: "unpublish", sid, trackSid: output.trackSid });
    case "mute":
      return void clientMutes(call, client, output.trackSid, output.muted);
    case "want":
      return void call.command({ do: "want", sid, trackSids: output.trackSids, subscribe: output.subscribe });
    case "describe":
      return void describe(call, client, output);
    case "left":
      return void call.command({ do: "leave", sid, why: "left" });
    default:
      return void requestMedia(call, client, output);
  }
}

/** What a participant says of itself: no name that hides another, nothing in the server's name. */
function describe(call: Call, client: Client, said: Extract<SessionOutput, { output: "describe" }>): void {
  const { sid, attendee } = client;
  const own = Object.entries(said.attributes).filter(([key]) => !key.startsWith(SERVER_ATTRIBUTES));
  if (said.name !== "") attendee.name = cleanName(said.name);
  const { metadata } = said;
  call.command({ do: "describe", sid, metadata, name: attendee.shownName, attributes: Object.fromEntries(own) });
}

function requestMedia(call: Call, client: Client, output: MediaOutput): void {
  const { sid, leg } = client;
  switch (output.output) {
    case "setRemote": {
      const { fingerprint, sctpPort } = output;
      return void leg.request({
        do: "setRemote",
        legId: sid,
        fingerprint,
        ...(sctpPort === undefined ? {} : { sctpPort }),
      });
    }
    case "permit":
      // Inside participants have no business with the relays.
      if (leg.via === "edge") leg.request({ do: "permit", legId: sid, address: output.address });
      return;
    case "addSource": {
      const { trackSid, ...source } = output.source;
      const muted = trackOf(call, client, trackSid)?.muted ?? false;
      leg.request({ do: "addSource", source: { ...source, sourceId: trackSid, legId: sid }, muted });
      return void call.command({ do: "start", sid, trackSid, mimeType: source.codecs[0]!.mimeType });
    }
    case "addSubscription": {
      const { trackSid, ...subscription } = output.subscription;
      const subscriptionId = subscriptionOf(sid, trackSid);
      leg.request({
        do: "addSubscription",
        subscription: { ...subscription, subscriptionId, legId: sid, sourceId: trackSid },
        forwarding: beginForwarding(call, client, trackSid),
      });
      return;
    }
    case "removeSubscription":
      client.subscriptions.delete(output.trackSid);
      return void leg.request({ do: "removeSubscription", subscriptionId: subscriptionOf(sid, output.trackSid) });
    case "setSubscription": {
      const { trackSid, maxLayer, paused } = output;
      return void wantForwarding(call, client, trackSid, { maxLayer, paused });
    }
    default:
      assertNever(output);
  }
}
