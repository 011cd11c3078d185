import { type Clock, formatAddress, type Log } from "#base";
import { attributes, DecodeError, decodeMessage, isStun, MessageClass, Method, methodName } from "#stun";
import type { Client } from "./allocation.ts";

/** Strangers must not fill the disk of whoever looks for a fault. */
const LINES_PER_SECOND = 200;
/** Packets of media in the form of messages. */
const MEDIA: readonly number[] = [Method.send, Method.data];
const CLASSES: Readonly<Record<number, string>> = {
  [MessageClass.request]: "request",
  [MessageClass.indication]: "indication",
  [MessageClass.success]: "success",
  [MessageClass.error]: "error",
};

/** Every STUN message of clients as a line at debug. Costs one look at a switch while nobody asks for it. */
export class MessageLog {
  enabled = false;
  readonly #log: Log;
  readonly #clock: Clock;
  #second = 0;
  #lines = 0;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  received(client: Client, bytes: Buffer): void {
    if (this.enabled) this.#tell("in", client, bytes);
  }

  sent(client: Client, bytes: Buffer): void {
    if (this.enabled) this.#tell("out", client, bytes);
  }

  #tell(direction: "in" | "out", { address, transport }: Client, bytes: Buffer): void {
    if (!isStun(bytes) || !this.#mayTell()) return;
    const fields = { direction, client: formatAddress(address), transport };
    const message = decodeMessage(bytes);
    if (message instanceof DecodeError) {
      this.#log.debug("TURN message that cannot be read", { ...fields, why: message.place });
      return;
    }
    if (MEDIA.includes(message.method)) return;
    this.#log.debug("TURN message", {
      ...fields,
      method: methodName(message.method),
      class: CLASSES[message.class],
      transaction: message.transactionId.toString("hex"),
      error: message.get(attributes.errorCode)?.code,
      malformed: message.malformed,
    });
  }

  #mayTell(): boolean {
    const second = Math.floor(this.#clock.now() / 1000);
    if (second !== this.#second) {
      if (this.#lines > LINES_PER_SECOND)
        this.#log.debug("TURN messages not told of", { count: this.#lines - LINES_PER_SECOND });
      [this.#second, this.#lines] = [second, 0];
    }
    return ++this.#lines <= LINES_PER_SECOND;
  }
}
