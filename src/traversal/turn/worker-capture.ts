import type { Socket } from "node:net";
import { type Scope, systemClock } from "#base";
import { type CaptureOptions, type CaptureState, openSocketCapture, type SocketCapture } from "#capture";
import type { SocketTap } from "#listeners";
import type { TurnServer } from "./server.ts";

/** Captures what the TURN worker's own sockets carry: its packets and its connections, in one file. */
export class WorkerCapture implements SocketTap {
  readonly #sockets: SocketCapture;

  constructor(scope: Scope) {
    this.#sockets = openSocketCapture(scope, "turn", systemClock);
  }

  wrap(socket: Socket): Socket {
    return this.#sockets.wrap(socket);
  }

  async start(server: TurnServer, options: CaptureOptions): Promise<void> {
    await this.#sockets.start(options);
    server.setTap(this.#sockets.packets);
  }

  async stop(server: TurnServer): Promise<void> {
    server.setTap(undefined);
    await this.#sockets.stop();
  }

  note(text: string): void {
    this.#sockets.note(text);
  }

  state(): CaptureState {
    return this.#sockets.state();
  }
}
