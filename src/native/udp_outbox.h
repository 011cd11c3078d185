// Datagrams out, with as few system calls and trips through the kernel's send path as it takes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "plane/messages.h"
#include "udp_datagram.h"
#include "udp_runs.h"

namespace turnpike {

struct OutboxCounters {
  std::uint64_t packets;
  std::uint64_t calls;
  // Sends of several datagrams as one.
  std::uint64_t joined;
  // Such sends that the kernel refused, so that their datagrams were sent one by one.
  std::uint64_t split;
  // No way there, or too large for it.
  std::uint64_t dropped;
};

class UdpOutbox {
 public:
  explicit UdpOutbox(bool join) : join_(join) {}

  struct Result {
    // Records that wait until the socket is writable; they were moved to the front.
    std::size_t remaining;
    // What was said of an earlier packet (ECONNREFUSED), or 0.
    int error;
  };
  Result send(int descriptor, const std::uint8_t* slab, DatagramRecord* records, std::size_t count);

  const OutboxCounters& counters() const { return counters_; }

 private:
  // Of one sendmmsg.
  static constexpr std::size_t kMessages = 64;

  void fill(const std::uint8_t* slab, const DatagramRecord* records);
  void advance(std::size_t messages);
  // What an error says of the first message. False if the socket is full.
  bool refused(int error, const DatagramRecord* records, Result& result);
  // Moves what was not sent to the front.
  std::size_t keep_rest(DatagramRecord* records);

  bool join_;
  // Larger datagrams are not joined, since a path has refused it; in a while it is tried again.
  std::size_t ceiling_ = SIZE_MAX;
  std::size_t until_retry_ = 0;
  OutboxCounters counters_{};

  Runs runs_;
  // The next run to be sent.
  std::size_t next_ = 0;
  // The error of an earlier packet was told in its place.
  bool told_ = false;

  std::size_t message_count_ = 0;
  std::array<mmsghdr, kMessages> messages_{};
  std::array<SocketAddress, kMessages> names_{};
  static constexpr std::size_t kControl = CMSG_SPACE(sizeof(std::uint16_t));
  alignas(cmsghdr) std::array<std::array<std::uint8_t, kControl>, kMessages> controls_{};
  std::vector<iovec> pieces_;
  std::vector<DatagramRecord> rest_;
};

}  // namespace turnpike
