// Runs in every page before the app's own code. It keeps the page's peer connections, and notes when Join was clicked
// and when the first remote frame was decoded: what the browser itself says, not what the app believes.
{
  const peers = [];
  const watch = { clickedAt: undefined, firstFrameAt: undefined, joinMs, media, watchFlow, flow };
  globalThis.turnpikeWatch = watch;

  const Original = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Original {
    constructor(...args) {
      super(...args);
      peers.push(this);
      this.addEventListener("track", ({ track, receiver }) => {
        if (track.kind === "video") firstFrame(receiver);
      });
    }
  };

  const noteJoin = ({ target }) => {
    if (target.closest("[data-testid=join]")) watch.clickedAt ??= performance.now();
  };
  document.addEventListener("click", noteJoin, true);

  async function firstFrame(receiver) {
    while (watch.firstFrameAt === undefined) {
      for (const report of (await receiver.getStats()).values())
        if (report.type === "inbound-rtp" && report.framesDecoded > 0) watch.firstFrameAt ??= performance.now();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Milliseconds from the click on Join to the first decoded remote frame; undefined while there is none. */
  function joinMs() {
    return watch.clickedAt && watch.firstFrameAt ? watch.firstFrameAt - watch.clickedAt : undefined;
  }

  /** What all peer connections of the page have received and sent until now, and by which candidate pairs. */
  async function media() {
    const all = await Promise.all(peers.filter((peer) => peer.connectionState !== "closed").map((p) => p.getStats()));
    const reports = all.flatMap((stats) => [...stats.values()].map((report) => ({ ...report, stats })));
    const sum = (type, kind, field) =>
      reports.reduce((n, r) => (r.type === type && r.kind === kind ? n + (r[field] ?? 0) : n), 0);
    return {
      framesDecoded: sum("inbound-rtp", "video", "framesDecoded"),
      audioEnergy: sum("inbound-rtp", "audio", "totalAudioEnergy"),
      framesSent: sum("outbound-rtp", "video", "framesSent"),
      pairs: reports.filter((r) => r.type === "transport" && r.selectedCandidatePairId).map(pairOf),
    };
  }

  let flowing;

  /** Looks from now on, again and again, what is newly decoded of anybody. */
  async function watchFlow() {
    const own = { lastAt: performance.now(), longestMs: 0, frames: 0, energy: 0 };
    flowing = own;
    let known = await decoded();
    while (flowing === own) {
      const now = await decoded();
      const gained = (field) =>
        [...now].reduce((sum, [id, track]) => sum + Math.max(0, track[field] - (known.get(id)?.[field] ?? 0)), 0);
      const frames = gained("framesDecoded");
      own.frames += frames;
      own.energy += gained("totalAudioEnergy");
      known = now;
      if (frames > 0) {
        own.longestMs = Math.max(own.longestMs, performance.now() - own.lastAt);
        own.lastAt = performance.now();
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** By track of each peer connection, also of those that a new one has replaced. */
  async function decoded() {
    const all = await Promise.all(peers.map((peer) => peer.getStats()));
    const tracks = all.flatMap((stats, i) =>
      [...stats.values()]
        .filter(({ type }) => type === "inbound-rtp")
        .map(({ id, framesDecoded = 0, totalAudioEnergy = 0 }) => [i + id, { framesDecoded, totalAudioEnergy }]),
    );
    return new Map(tracks);
  }

  /** Since `watchFlow`; in ms, the longest time without a new frame, and the one that goes on now. */
  function flow() {
    const { frames, energy, lastAt } = flowing;
    const waitingMs = performance.now() - lastAt;
    return { frames, energy, waitingMs, longestMs: Math.max(flowing.longestMs, waitingMs) };
  }

  function pairOf({ stats, selectedCandidatePairId }) {
    const pair = stats.get(selectedCandidatePairId);
    const [local, remote] = [stats.get(pair.localCandidateId), stats.get(pair.remoteCandidateId)];
    return { local: local.candidateType, relayProtocol: local.relayProtocol, remoteAddress: remote.address };
  }
}
