/** Two connections of this page, each by its own ICE servers and by relays alone. `close` ends both. */
function relayedPair(iceServersOfEach) {
  const faults = [];
  const ends = iceServersOfEach.map((iceServer) => {
    const end = new RTCPeerConnection({ iceServers: [iceServer], iceTransportPolicy: "relay" });
    end.onicecandidateerror = ({ errorCode, errorText, url }) => faults.push(`${errorCode} ${errorText} ${url}`);
    return end;
  });
  ends.forEach((end, i) => {
    end.onicecandidate = ({ candidate }) => candidate && ends[1 - i].addIceCandidate(candidate);
  });
  return { ends, faults, close: () => ends.map((end) => end.close()) };
}

/** Connects the two and sends so many messages from the first, which the second sends back. Rejects after so many ms. */
async function echo({ ends, faults }, count, withinMs) {
  const states = () => ends.map((end) => `${end.iceConnectionState}/${end.connectionState}`);
  const late = new Promise((_, reject) =>
    setTimeout(() => reject(new Error(JSON.stringify({ states: states(), faults }))), withinMs),
  );
  const [near, far] = ends;
  far.ondatachannel = ({ channel }) => {
    channel.onmessage = ({ data }) => channel.send(data);
  };
  const channel = near.createDataChannel("echo");
  const came = [];
  const all = new Promise((resolve) => {
    channel.onmessage = ({ data }) => came.push(data) === count && resolve();
  });
  channel.onopen = () => {
    for (let i = 0; i < count; i++) channel.send(`message ${i}`);
  };
  await near.setLocalDescription();
  await far.setRemoteDescription(near.localDescription);
  await far.setLocalDescription();
  await near.setRemoteDescription(far.localDescription);
  await Promise.race([all, late]);
  return { came, ways: await Promise.all(ends.map(way)) };
}

/** The local candidate in use: its type, and how its relay was reached. */
async function way(end) {
  const stats = [...(await end.getStats()).values()];
  const pair = stats.find(({ type, state, nominated }) => type === "candidate-pair" && state === "succeeded" && nominated);
  const { candidateType, relayProtocol } = stats.find(({ id }) => id === pair?.localCandidateId) ?? {};
  return `${candidateType} over ${relayProtocol}`;
}
