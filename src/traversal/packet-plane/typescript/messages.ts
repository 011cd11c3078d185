import type { TransportAddress } from "#base";
import type { IcmpError } from "#native";
import {
  type Attribute,
  attribute,
  attributes,
  CHANNEL_HEADER,
  encodeMessage,
  MessageClass,
  Method,
  writeChannelHeader,
} from "#stun";

export function channelHeader(channel: number, length: number): Buffer {
  const header = Buffer.allocUnsafe(CHANNEL_HEADER);
  writeChannelHeader(header, channel, length);
  return header;
}

/** RFC 8656 11.4. */
export function dataIndication(data: Buffer, from: TransportAddress): Buffer {
  return indication([attribute(attributes.xorPeerAddress, from), attribute(attributes.data, data)]);
}

/** RFC 8656 11.5: a Data indication with the peer that the packet was for, and no DATA. */
export function icmpIndication({ peer, type, code, mtu }: IcmpError): Buffer {
  return indication([
    attribute(attributes.xorPeerAddress, peer),
    attribute(attributes.icmp, { type, code, data: mtu }),
  ]);
}

function indication(list: Attribute[]): Buffer {
  return encodeMessage({ method: Method.data, class: MessageClass.indication, attributes: list });
}
