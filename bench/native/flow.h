#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

// One end of a flow: a connected socket, and what its packets begin with.
struct End {
  int socket;
  // Of ChannelData; 0 for a plain peer, whose packets are payload only.
  uint16_t channel;
};

// Packets go from `near` through the server to `far`, which sends each back as it came.
struct Flow {
  End near;
  End far;
  uint64_t next = 0;
  // The highest sequence number seen at each end, to tell what is out of order.
  uint64_t seen_near = 0;
  uint64_t seen_far = 0;
};

struct Load {
  // Of each flow. A burst is sent at once.
  double bursts_per_second;
  unsigned burst;
  // Bytes of payload.
  size_t size;
  uint64_t nanoseconds;
  // Packets of one flow that leave one end in one look at the clock are handed to the system as one (UDP_SEGMENT), up
  // to so many; 1: each by itself.
  unsigned run;
};

struct Tally {
  // What the clock asked for, and what was sent of it.
  uint64_t planned = 0;
  uint64_t sent = 0;
  // What came out of the server at `far`, what was sent back, and what came out of the server at `near`.
  uint64_t far = 0;
  uint64_t echoed = 0;
  uint64_t near = 0;
  uint64_t out_of_order = 0;
  // Lost at our own sockets because we did not keep up.
  uint64_t own_drops = 0;
  // Round trips through the server and back, nanoseconds.
  std::vector<uint32_t> times;
};
