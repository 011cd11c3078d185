import { type Attribute, attribute, attributes, encodeChannelData, encodeMessage, MessageClass, Method } from "#stun";

/** The first byte of an input: what src/native/fuzz/plane_fuzz.cc does with the others. */
const Kind = { packet: 0, dataIndication: 1, icmp: 2, address: 3, finished: 4, ring: 5 } as const;

const TRANSACTION_ID = Buffer.from("0123456789ab");
const IPV4 = { address: "192.0.2.1", port: 3478 };
const IPV6 = { address: "2001:db8::1", port: 49152 };

const peer = attribute(attributes.xorPeerAddress, IPV4);
const peer6 = attribute(attributes.xorPeerAddress, IPV6);
const data = attribute(attributes.data, Buffer.from("hello"));
const software = attribute(attributes.software, "a client 1.0");

/** One or more of each way through the target. */
export function planeSeeds(): ReadonlyMap<string, Buffer> {
  const channel = encodeChannelData(0x4001, Buffer.from("hello"));
  const whole = send([peer, data]);
  const seeds: Record<string, Buffer> = {
    "channel-data": of(Kind.packet, channel),
    "channel-data-padded": of(Kind.packet, encodeChannelData(0x7fff, Buffer.from("hello"), true)),
    "channel-data-cut": of(Kind.packet, channel.subarray(0, 8)),
    "send-ipv4": of(Kind.packet, whole),
    "send-ipv6": of(Kind.packet, send([peer6, data])),
    "send-data-first": of(Kind.packet, send([data, peer])),
    "send-software-fingerprint": of(Kind.packet, send([software, peer, data], true)),
    "send-empty": of(Kind.packet, send([peer, attribute(attributes.data, Buffer.alloc(0))], true)),
    "send-two-peers": of(Kind.packet, send([peer, peer6, data])),
    "send-dont-fragment": of(Kind.packet, send([peer, attribute(attributes.dontFragment, true), data])),
    "send-many-attributes": of(Kind.packet, send([peer, data, ...Array<Attribute>(63).fill(software)])),
    "send-cut": of(Kind.packet, whole.subarray(0, -4)),
    "finished-send": of(Kind.finished, whole),
    "finished-software": of(Kind.finished, send([software, peer6, data])),
    "write-data-ipv4": of(Kind.dataIndication, written(0, 4, "03e9")),
    "write-data-ipv6": of(Kind.dataIndication, written(1, 16, "fde8")),
    "write-icmp-ipv4": of(Kind.icmp, written(0, 4, "030405dc")),
    "write-icmp-ipv6": of(Kind.icmp, written(1, 16, "02000500")),
    ring: of(Kind.ring, Buffer.from("020a00020d03010800022001030000010f00", "hex")),
  };
  for (const [i, text] of ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "fe80::1%eth0", "1.2.3"].entries())
    seeds[`address-${i}`] = of(Kind.address, Buffer.concat([Buffer.from("0d96", "hex"), Buffer.from(text)]));
  return new Map(Object.entries(seeds));
}

function of(kind: number, rest: Uint8Array): Buffer {
  return Buffer.concat([Uint8Array.of(kind), rest]);
}

function send(list: Attribute[], fingerprint = false): Buffer {
  const message = { method: Method.send, class: MessageClass.indication, transactionId: TRANSACTION_ID };
  return encodeMessage({ ...message, attributes: list }, { fingerprint });
}

/** Family, port, address, transaction id, and what else is written. */
function written(family: number, size: number, rest: string): Buffer {
  const address = Buffer.from("20010db8000000000000000000000001", "hex").subarray(0, size);
  return Buffer.concat([Uint8Array.of(family, 0x0d, 0x96), address, TRANSACTION_ID, Buffer.from(rest, "hex")]);
}
