// Runs in the page: what the tests ask of livekit-client.
const L = window.LivekitClient;
window.states = [];
window.heard = [];
window.ended = [];
window.tones = [];
window.join = async (url, token, media, debug) => {
  if (debug) L.setLogLevel("debug");
  const room = new L.Room();
  window.room = room;
  room.on("connectionStateChanged", (s) => states.push(s));
  room.on("disconnected", (reason) => ended.push(reason));
  room.on("signalReconnecting", () => states.push("signalReconnecting"));
  room.on("trackSubscribed", (track) => document.body.append(track.attach()));
  room.on("dataReceived", (bytes, from) => heard.push((from?.name ?? "?") + ": " + new TextDecoder().decode(bytes)));
  await room.connect(url, token, { maxRetries: 0 });
  if (media === "devices") return room.localParticipant.enableCameraAndMicrophone();
  await room.localParticipant.publishTrack(picture(1280, 720), { source: "camera" });
  await room.localParticipant.publishTrack(tone(), { source: "microphone" });
};
// Chromium's own microphone beeps too shortly to count as speech, and its own camera, when two pages restart it at once,
// may give no pictures any more.
const tone = () => {
  const audio = new AudioContext();
  // Kept, so that it is not collected as garbage while its track is heard.
  tones.push(audio);
  const oscillator = audio.createOscillator();
  const out = audio.createMediaStreamDestination();
  oscillator.connect(out);
  oscillator.start();
  return out.stream.getAudioTracks()[0];
};
const picture = (width, height) => {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  setInterval(() => {
    context.fillStyle = "#" + Math.random().toString(16).slice(2, 8);
    context.fillRect(0, 0, width, height);
  }, 50);
  return canvas.captureStream(20).getVideoTracks()[0];
};
window.publication = (name, source) =>
  [...room.remoteParticipants.values()].find((p) => p.name === name)?.getTrackPublication(source);
window.media = async (name, source) => {
  const report = await publication(name, source)?.track?.receiver?.getStats();
  return [...(report?.values() ?? [])].find((s) => s.type === "inbound-rtp") ?? {};
};
window.rising = async (read) => {
  const first = await read();
  for (let i = 0; i < 20; i++) {
    await new Promise((r) => setTimeout(r, 100));
    const now = await read();
    if (now > (first ?? 0)) return true;
  }
  return false;
};
window.publishedLayers = (source) =>
  room.localParticipant.getTrackPublication(source).track.sender.getParameters().encodings.length;
window.shareCanvas = async () => {
  window.shared = picture(640, 360);
  await room.localParticipant.publishTrack(shared, { source: "screen_share", simulcast: false });
};
window.say = (text, reliable) => room.localParticipant.publishData(new TextEncoder().encode(text), { reliable });
