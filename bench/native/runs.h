#pragma once
#include <sys/socket.h>

#include <cstdint>
#include <vector>

// Packets of one socket in runs: what the system gives at once (UDP_GRO), and takes at once (UDP_SEGMENT).

// Has the system hand over packets of one sender that came as one as one. False if it does not know how.
bool take_runs(int socket);

// How many of them went out, in order. Those of one size go as one, up to `run` of them.
unsigned send_packets(int socket, const std::vector<iovec>& packets, unsigned run);

// Takes packets, and cuts runs.
class Inbox {
 public:
  Inbox();
  // What one call gives, in order; until the next call.
  const std::vector<iovec>& take(int socket);

 private:
  static constexpr unsigned kReads = 32;
  // Of the widest run, and a little, so that the heads of the buffers do not share their place in the CPU's cache.
  static constexpr size_t kRead = 65'536 + 17 * 64;
  static constexpr size_t kControl = CMSG_SPACE(sizeof(int));

  void cut(uint8_t* at, size_t size, size_t segment);

  std::vector<uint8_t> bytes_;
  std::vector<iovec> packets_;
  mmsghdr messages_[kReads];
  iovec parts_[kReads];
  alignas(cmsghdr) uint8_t controls_[kReads][kControl];
};
