import type { StatusCell, StatusPage, StatusSection } from "#admin-http";
import { formatAddress } from "#base";
import type { LinkReport } from "#bridge-link";
import type { CallBridgeStatus } from "#call-bridge";

/** Status > General: what is wrong in words, then links, relays and calls. Times are milliseconds since 1970. */
export function statusPage(
  bridge: CallBridgeStatus,
  links: readonly LinkReport[],
  startedAt: number,
  now: number,
): StatusPage {
  return {
    title: `Meeting server - Call Bridge ${bridge.name}, up ${duration(now - startedAt)}`,
    faults: faultsOf(bridge, links),
    sections: [linkSection(links, now), relaySection(bridge), participantSection(bridge, now)],
  };
}

function faultsOf(bridge: CallBridgeStatus, links: readonly LinkReport[]): string[] {
  const ofLinks = links.flatMap(({ url, status }) =>
    status.state === "failed"
      ? [`Web bridge link to ${url}: ${status.detail} [${status.code}]. ${status.remedy}.`]
      : [],
  );
  const ofRelays = bridge.edges.flatMap(({ state }) =>
    state.state === "failed" ? [`No relay on edge ${state.serverAddress}: ${state.detail} [${state.code}].`] : [],
  );
  return [...ofLinks, ...new Set(ofRelays)];
}

function linkSection(links: readonly LinkReport[], now: number): StatusSection {
  const rows = links.map(({ link, url, status }): StatusCell[] => {
    if (status.state === "connected")
      return [String(link), url, { text: "connected", state: "good" }, `for ${duration(now - status.since)}`];
    if (status.state === "connecting")
      return [String(link), url, { text: "connecting", state: "waiting" }, `attempt ${status.attempt}`];
    const next = Math.max(0, Math.ceil((status.nextTryAt - now) / 1000));
    return [String(link), url, { text: "failed", state: "bad" }, `${status.detail}; next try in ${next} s`];
  });
  return {
    title: "Web bridge links",
    columns: ["Link", "Web Bridge", "Status", ""],
    rows,
    empty: "No Web Bridge is configured.",
  };
}

function relaySection(bridge: CallBridgeStatus): StatusSection {
  const rows = bridge.edges.map(({ worker, state }): StatusCell[] => {
    const place = [state.serverAddress, String(worker)];
    if (state.state === "ready")
      return [...place, { text: "ready", state: "good" }, formatAddress(state.relayed), `${state.rttMs.toFixed(1)} ms`];
    if (state.state === "allocating") return [...place, { text: "allocating", state: "waiting" }, "", ""];
    return [...place, { text: "failed", state: "bad" }, state.detail, ""];
  });
  return {
    title: "TURN servers",
    columns: ["Edge", "Media worker", "Status", "Relayed address", "Round trip"],
    rows,
    empty: "No TURN server is configured: guests outside will have no media.",
  };
}

function participantSection(bridge: CallBridgeStatus, now: number): StatusSection {
  const rows = bridge.calls.flatMap((call) =>
    call.participants.map((one): StatusCell[] => [
      call.space.name,
      one.name,
      `${one.address} (${one.via})`,
      mediaCell(one.media),
      one.tracks.map((track) => (track.muted ? `${track.source} (muted)` : track.source)).join(", "),
      duration(now - one.joinedAt),
    ]),
  );
  return {
    title: `Calls (${bridge.calls.length})`,
    columns: ["Space", "Participant", "From", "Media", "Sends", "In the call"],
    rows,
    empty: "Nobody is in a call.",
  };
}

type MediaState = CallBridgeStatus["calls"][number]["participants"][number]["media"];

function mediaCell(media: MediaState): StatusCell {
  if (media.state === "connected") {
    const peer = formatAddress(media.path.peer);
    return {
      text: media.path.link === "host" ? `direct, ${peer}` : `relay ${media.path.edge ?? ""}, ${peer}`,
      state: "good",
    };
  }
  if (media.state === "closed") return { text: `${media.detail} [${media.code}]`, state: "bad" };
  return { text: media.state, state: "waiting" };
}

/** "3 d 4 h", "4 h 5 min", "5 min 6 s", "6 s". */
export function duration(ms: number): string {
  const units: readonly (readonly [string, number])[] = [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ];
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const first = Math.max(
    0,
    units.findIndex(([, size]) => seconds >= size),
  );
  const from = seconds === 0 ? 3 : first;
  return units
    .slice(from, from + 2)
    .map(([unit, size], i) => `${Math.floor((i === 0 ? seconds : seconds % units[from]![1]) / size)} ${unit}`)
    .join(" ");
}
