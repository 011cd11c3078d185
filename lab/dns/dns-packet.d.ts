/** The part of dns-packet that the lab's DNS server uses; the package has no types of its own. */
declare module "dns-packet" {
  export interface Question {
    readonly name: string;
    readonly type: string;
    readonly class?: string;
  }
  export interface Answer extends Question {
    readonly ttl: number;
    readonly data: string;
  }
  export interface Packet {
    readonly id?: number;
    readonly type?: "query" | "response";
    readonly flags?: number;
    readonly questions?: readonly Question[];
    readonly answers?: readonly Answer[];
  }
  export const AUTHORITATIVE_ANSWER: number;
  export function decode(bytes: Uint8Array): Packet;
  export function encode(packet: Packet): Buffer;
}
