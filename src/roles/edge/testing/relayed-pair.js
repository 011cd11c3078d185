/** Two connections of this page, each with its own ICE server and by relays alone. */
globalThis.relayedPair = (iceServers) => {
  const faults = [];
  const ends = iceServers.map((iceServer) => {
    const end = new RTCPeerConnection({ iceServers: [iceServer], iceTransportPolicy: "relay" });
    end.onicecandidateerror = ({ errorCode, errorText, url }) => faults.push(`${errorCode} ${errorText} ${url}`);
    return end;
  });
  ends.forEach((end, i) => {
    end.onicecandidate = ({ candidate }) => candidate && ends[1 - i].addIceCandidate(candidate);
  });
  return {
    echo: (count, withinMs) => echo(ends, faults, count, withinMs),
    connected: () => ends.some(({ iceConnectionState }) => /connected|completed/.test(iceConnectionState)),
    faults,
    close: () => {
      for (const end of ends) end.close();
    },
  };
};

/** Sends so many messages from the first end to the second, which sends them back. JSON of what came, and by what way. */
async function echo(ends, faults, count, withinMs) {
  const [near, far] = ends;
  const channel = near.createDataChannel("echo");
  const came = [];
  const all = new Promise((resolve, reject) => {
    channel.onmessage = ({ data }) => came.push(data) === count && resolve();
    setTimeout(() => reject(new Error(JSON.stringify({ came, faults, states: ends.map(stateOf) }))), withinMs);
  });
  channel.onopen = () => {
    for (let i = 0; i < count; i++) channel.send(`message ${i}`);
  };
  far.ondatachannel = (event) => {
    event.channel.onmessage = ({ data }) => event.channel.send(data);
  };
  await near.setLocalDescription();
  await far.setRemoteDescription(near.localDescription);
  await far.setLocalDescription();
  await near.setRemoteDescription(far.localDescription);
  await all;
  const ways = Promise.all(ends.map(wayOf));
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("no pair was nominated")), withinMs));
  return JSON.stringify({ came, ways: await Promise.race([ways, late]) });
}

const stateOf = ({ iceConnectionState, connectionState }) => `${iceConnectionState}/${connectionState}`;

/** The local candidate in use: its type, and how its relay was reached. Messages may pass before a pair is nominated. */
async function wayOf(end) {
  for (;;) {
    const stats = [...(await end.getStats()).values()];
    const pair = stats.find(
      ({ type, state, nominated }) => type === "candidate-pair" && state === "succeeded" && nominated,
    );
    const local = stats.find(({ id }) => id === pair?.localCandidateId);
    if (local) return `${local.candidateType} over ${local.relayProtocol}`;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
