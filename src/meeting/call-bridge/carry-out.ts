import { assertNever } from "#base";
import type { SessionOutput } from "#media-signalling";
import type { Call } from "./call.ts";
import type { Client } from "./client.ts";
import { newSid } from "./names.ts";

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
      return void call.command({ do: "publish", sid, trackSid: newSid("TR"), track: output.request });
    case "unpublish":
      return void call.command({ do: "unpublish", sid, trackSid: output.trackSid });
    case "mute":
      return void call.command({ do: "mute", sid, trackSid: output.trackSid, muted: output.muted });
    case "want":
      return void call.command({ do: "want", sid, trackSids: output.trackSids, subscribe: output.subscribe });
    case "describe": {
      const { metadata, name, attributes } = output;
      return void call.command({ do: "describe", sid, metadata, name, attributes });
    }
    case "left":
      return void call.command({ do: "leave", sid, why: "left" });
    default:
      return void requestMedia(call, client, output);
  }
}

function requestMedia(call: Call, { sid, leg }: Client, output: MediaOutput): void {
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
      leg.request({ do: "addSource", source: { ...source, sourceId: trackSid, legId: sid } });
      return void call.command({ do: "start", sid, trackSid, mimeType: source.codecs[0]!.mimeType });
    }
    case "addSubscription": {
      const { trackSid, ...subscription } = output.subscription;
      const subscriptionId = subscriptionOf(sid, trackSid);
      return void leg.request({
        do: "addSubscription",
        subscription: { ...subscription, subscriptionId, legId: sid, sourceId: trackSid },
      });
    }
    case "removeSubscription":
      return void leg.request({ do: "removeSubscription", subscriptionId: subscriptionOf(sid, output.trackSid) });
    case "setSubscription": {
      const { trackSid, maxLayer, paused } = output;
      return void leg.request({
        do: "setSubscription",
        subscriptionId: subscriptionOf(sid, trackSid),
        maxLayer,
        paused,
      });
    }
    default:
      assertNever(output);
  }
}

function subscriptionOf(sid: string, trackSid: string): string {
  return `${sid}:${trackSid}`;
}
