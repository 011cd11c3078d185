/** Two soft notes, upwards: one is let in. Without a sound device there is none. */
export function chime(): void {
  try {
    const context = new AudioContext();
    const notes = [523.25, 783.99];
    for (const [index, frequency] of notes.entries()) note(context, frequency, context.currentTime + index * 0.16);
    setTimeout(() => void context.close(), 1200);
  } catch {
    // The title tells it too.
  }
}

function note(context: AudioContext, frequency: number, at: number): void {
  const tone = new OscillatorNode(context, { frequency, type: "sine" });
  const loudness = new GainNode(context, { gain: 0 });
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(0.12, at + 0.03);
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.55);
  tone.connect(loudness).connect(context.destination);
  tone.start(at);
  tone.stop(at + 0.6);
}
