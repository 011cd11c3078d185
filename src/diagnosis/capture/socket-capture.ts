import type { Socket } from "node:net";
import { type Clock, formatAddress, type Scope } from "#base";
import type { SocketTap } from "#listeners";
import { CaptureWriter } from "./capture-writer.ts";
import type { CaptureOptions, CaptureSource, CaptureState, Ends } from "./contract.ts";
import { tappedSocket } from "./stream-socket.ts";

/** A capture of TCP connections of this process, and the tap that its listeners call. */
export interface SocketCapture extends SocketTap, CaptureSource {
  /** Takes UDP packets into the same file. Undefined while nothing is captured. */
  readonly packets: Pick<CaptureWriter, "packet"> | undefined;
  state(): CaptureState;
}

/** `name` is that of the module whose sockets these are. */
export function openSocketCapture(scope: Scope, name: string, clock: Clock): SocketCapture {
  return new Capture(scope, name, clock);
}

/** Bytes of a connection when it was last told of. */
interface Seen {
  readonly ends: Ends;
  readonly inBytes: number;
  readonly outBytes: number;
}

class Capture implements SocketCapture {
  readonly name: string;
  readonly #scope: Scope;
  readonly #clock: Clock;
  /** Connections that were opened while nothing was captured. */
  readonly #untapped = new Set<Socket>();
  #running: { readonly writer: CaptureWriter; readonly scope: Scope; readonly open: Map<Socket, Seen> } | undefined;
  #last: CaptureState = { state: "idle" };

  constructor(scope: Scope, name: string, clock: Clock) {
    this.name = name;
    this.#scope = scope;
    this.#clock = clock;
  }

  get packets(): CaptureWriter | undefined {
    return this.#running?.writer;
  }

  wrap(socket: Socket): Socket {
    const tapped = this.#running && this.#tapped(socket, this.#running.writer);
    if (tapped) return tapped;
    this.#untapped.add(socket);
    socket.once("close", () => this.#untapped.delete(socket));
    return socket;
  }

  async start(options: CaptureOptions): Promise<void> {
    await this.stop();
    const scope = this.#scope.child();
    const writer = new CaptureWriter(scope, this.name, options, this.#clock);
    this.#running = { writer, scope, open: this.#alreadyOpen(writer) };
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    for (const [socket, before] of running.open)
      if (this.#untapped.has(socket)) running.writer.note(`${pairText(before.ends)}: ${sinceText(socket, before)}`);
    await running.scope.close();
    this.#last = finalState(running.writer);
  }

  note(text: string): void {
    this.#running?.writer.note(text);
  }

  state(): CaptureState {
    if (!this.#running) return this.#last;
    const { failure: why, counts } = this.#running.writer;
    return why === undefined ? { state: "running", ...counts } : { state: "failed", why, ...counts };
  }

  #tapped(socket: Socket, writer: CaptureWriter): Socket | undefined {
    const ends = endsOf(socket);
    // A connection that is already gone has no addresses.
    if (!ends || writer.failure !== undefined) return undefined;
    const dialled = (socket as { server?: unknown }).server == null;
    const recorder = writer.connection(ends, dialled ? "out" : "in");
    return recorder && tappedSocket(socket, recorder);
  }

  /** Their bytes went past JavaScript from the start: how many there were is all that can be told. */
  #alreadyOpen(writer: CaptureWriter): Map<Socket, Seen> {
    const open = new Map<Socket, Seen>();
    for (const socket of this.#untapped) {
      const ends = endsOf(socket);
      if (!ends || !writer.wants(ends)) continue;
      const seen = { ends, inBytes: socket.bytesRead, outBytes: socket.bytesWritten };
      open.set(socket, seen);
      writer.note(
        `${pairText(ends)} was open before the capture began, with ${seen.inBytes} bytes in and ${seen.outBytes} out: it is not shown`,
      );
    }
    return open;
  }
}

function finalState({ failure: why, counts }: CaptureWriter): CaptureState {
  return why === undefined ? { state: "idle" } : { state: "failed", why, ...counts };
}

function endsOf(socket: Socket): Ends | undefined {
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  if (remoteAddress === undefined || remotePort === undefined || !localAddress || !localPort) return undefined;
  return {
    local: { address: plain(localAddress), port: localPort },
    remote: { address: plain(remoteAddress), port: remotePort },
  };
}

/** As it is on the wire, where a dual-stack socket shows it in the clothing of IPv6. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

function pairText({ local, remote }: Ends): string {
  return `TCP ${formatAddress(remote)} with ${formatAddress(local)}`;
}

function sinceText(socket: Socket, { inBytes, outBytes }: Seen): string {
  return `${socket.bytesRead - inBytes} bytes in and ${socket.bytesWritten - outBytes} out during the capture`;
}
