import type { Socket } from "node:net";

/** RFC 8446 5.1 and 6: a record of type 21 with a fatal alert; TLS 1.2 has the same form before its keys. */
const UNRECOGNIZED_NAME = Uint8Array.of(0x15, 0x03, 0x03, 0x00, 0x02, 2, 112);

/** RFC 6066 3: the browser says what is wrong, and the scanner has seen no certificate. */
export function refuseName(socket: Socket): void {
  // What the client still has to say is read and dropped: a reset might overtake the alert.
  socket.resume();
  socket.end(UNRECOGNIZED_NAME, () => socket.destroySoon());
}
