import { z } from "zod";

const count = (fallback: number, help: string) => z.int().min(1).default(fallback).describe(help);

/** `turn.limits` of edge.yaml. A bridge's allocation carries the media of all its guests, so those marked "guest" leave it out. */
export const limitsSection = z
  .strictObject({
    allocationsPerUser: count(12, "allocations that one user may hold"),
    allocationsPerAddress: count(
      256,
      "allocations of one client address (IPv6: one /64), such as an office behind a NAT",
    ),
    allocations: count(1800, "allocations in all; beyond, clients are sent to another edge of `cluster`, or refused"),
    permissions: count(1024, "peers permitted at once, each allocation"),
    channels: count(4096, "channels bound at once, each allocation"),
    newPeersPerSecond: count(5, "new peers a second, each allocation of a guest; four times as many at once"),
    packetsPerSecond: count(10_000, "packets a second in both directions, each allocation of a guest"),
    // Less than a second of one packet of 64 KiB would let such a packet never pass.
    bitsPerSecond: z
      .int()
      .min(1_000_000)
      .default(100_000_000)
      .describe("bits a second in both directions, each allocation of a guest"),
    connectionsPerAddress: count(256, "TCP and TLS connections of one client address (IPv6: one /64)"),
    connections: count(4096, "TCP and TLS connections in all"),
  })
  .prefault({});
