// Receives: many datagrams in one system call, and runs that the system has put together in one piece.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "address.h"
#include "messages.h"

namespace turnpike {

// One or more packets of one sender, each of `segment` bytes but for the last, which may be shorter.
struct Datagrams {
  const std::uint8_t* data;
  std::size_t length;
  std::size_t segment;
  Address from;
  // DSCP and ECN (RFC 2474, 3168).
  std::uint8_t tos;
};

class Inbox {
 public:
  static constexpr std::size_t kSlots = 256;
  // Most that one socket gives at once, so that the others have their turn.
  static constexpr std::size_t kBatch = 128;

  Inbox();
  // Receives into the free slots. What it gives stays valid until `reset`.
  const Datagrams* receive(int descriptor, std::size_t& count);
  std::size_t room() const { return kSlots - used_; }
  void reset() { used_ = 0; }

 private:
  // The largest datagram, and a distance at which the heads of slots do not share a set of the cache.
  static constexpr std::size_t kSlot = 65536;
  static constexpr std::size_t kStride = kSlot + 17 * 64;

  void prepare(std::size_t slot);

  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t used_ = 0;
  std::array<mmsghdr, kSlots> messages_{};
  std::array<iovec, kSlots> places_{};
  std::array<sockaddr_in6, kSlots> senders_{};
  alignas(cmsghdr) std::array<std::array<std::uint8_t, kMarksRoom>, kSlots> control_{};
  std::array<Datagrams, kSlots> received_{};
};

}  // namespace turnpike
