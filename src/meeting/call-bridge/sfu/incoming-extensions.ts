import { forEachExtension, type RtpHeader } from "#rtp";
import type { ExtensionIds } from "./types.ts";

/** The header extensions of the packet read last. One object is reused for all packets of a leg. */
export class IncomingExtensions {
  transportSeq: number | undefined;
  audioLevel: number | undefined;
  playoutDelay: number | undefined;
  mid: string | undefined;
  rid: string | undefined;
  repairedRid: string | undefined;
  #ids: ExtensionIds = {};
  #packet: Buffer = Buffer.alloc(0);

  /** Under BUNDLE an id means the same on every m-line (RFC 8843 9.1.1), so all of a leg's are taken together. */
  learn(ids: ExtensionIds): void {
    this.#ids = { ...this.#ids, ...ids };
  }

  read(packet: Buffer, header: RtpHeader): void {
    this.transportSeq = undefined;
    this.audioLevel = undefined;
    this.playoutDelay = undefined;
    this.mid = undefined;
    this.rid = undefined;
    this.repairedRid = undefined;
    this.#packet = packet;
    forEachExtension(packet, header, this.#visit);
  }

  readonly #visit = (id: number, offset: number, length: number): void => {
    const ids = this.#ids;
    if (id === ids.transportCc && length >= 2) this.transportSeq = this.#packet.readUInt16BE(offset);
    else if (id === ids.audioLevel && length >= 1) this.audioLevel = this.#packet[offset];
    else if (id === ids.mid) this.mid = this.#text(offset, length);
    else if (id === ids.rid) this.rid = this.#text(offset, length);
    else if (id === ids.repairedRid) this.repairedRid = this.#text(offset, length);
    else if (id === ids.playoutDelay && length === 3) this.playoutDelay = this.#packet.readUIntBE(offset, 3);
  };

  #text(offset: number, length: number): string {
    return this.#packet.toString("latin1", offset, offset + length);
  }
}
