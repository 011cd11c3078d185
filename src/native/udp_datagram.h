// A datagram of a batch, as C++ and JavaScript (datagram-records.ts) both see it.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace turnpike {

// The address as numbers: text for each packet would cost more than the packet.
struct DatagramAddress {
  // 4, 6, or 0 for the one peer of a connected socket.
  std::uint32_t family;
  std::uint32_t port;
  // As on the wire; an IPv4 address has the first word.
  std::array<std::uint32_t, 4> words;
};

struct DatagramRecord {
  // Where its bytes are in the slab.
  std::uint32_t offset;
  std::uint32_t length;
  DatagramAddress address;
};
static_assert(sizeof(DatagramRecord) == 32);

// Of one call, in or out.
constexpr std::size_t kMaxRecords = 4096;

bool same_address(const DatagramAddress& a, const DatagramAddress& b);
DatagramAddress datagram_address(const sockaddr_storage& from);
// Its length; 0 for the peer of a connected socket.
socklen_t socket_address(const DatagramAddress& address, sockaddr_in6& out);

}  // namespace turnpike
