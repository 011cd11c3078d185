/**
 * Asks the TURN servers once more, for their errors only. A connection that gathers ahead of time (iceCandidatePoolSize)
 * is quicker, but Chromium does not tell it about errors that came before its description was set.
 */
export interface RelayProbe {
  readonly errors: readonly number[];
  end(): void;
}

export function probeRelays(Native: typeof RTCPeerConnection, iceServers: readonly RTCIceServer[]): RelayProbe {
  const errors: number[] = [];
  const connection = new Native({ iceServers: [...iceServers], iceTransportPolicy: "relay" });
  connection.addEventListener("icecandidateerror", (event) => noteTurnError(errors, event));
  connection.createDataChannel("probe");
  void connection
    .createOffer()
    .then((offer) => connection.setLocalDescription(offer))
    .catch(() => {});
  return { errors, end: () => connection.close() };
}

/** The same servers are asked as STUN servers too, and ours refuse that to strangers: no news. */
export function noteTurnError(errors: number[], { url, errorCode }: RTCPeerConnectionIceErrorEvent): void {
  if (/^turns?:/.test(url) && errors.length < 50) errors.push(errorCode);
}
