// STUN answers of one round, of a lane or of JavaScript's event loop: they leave by few system calls.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>

#include "address.h"
#include "codec.h"
#include "relay.h"

namespace turnpike {

class Replies {
 public:
  static constexpr std::size_t kMost = 16;
  static constexpr std::size_t kBytes = 1 << 16;

  struct Reply {
    int descriptor;
    const Listener* listener;
    Address client;
    SocketAddress to;
    Span message;
  };

  bool has_room(std::size_t length) const { return count_ < kMost && used_ + length <= kBytes; }
  // The message is copied. It must have room.
  void add(int descriptor, const Listener& listener, const Address& client, Span message);
  // `sent` is told of each that the system has taken; the others are lost, as on the network.
  template <class Sent>
  void send(Sent sent) {
    for (std::size_t at = 0; at < count_;) {
      const std::size_t taken = send_from(at);
      for (std::size_t i = 0; i < taken; i++) sent(replies_[at + i]);
      at += taken > 0 ? taken : 1;
    }
    count_ = used_ = 0;
  }

 private:
  // Those of one socket, from the one at `first` on; how many were taken.
  std::size_t send_from(std::size_t first);

  std::array<Reply, kMost> replies_;
  std::array<std::uint8_t, kBytes> bytes_;
  std::size_t count_ = 0;
  std::size_t used_ = 0;
};

}  // namespace turnpike
