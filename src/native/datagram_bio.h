// A BIO that keeps datagram boundaries: one read takes one whole datagram in, one write is one datagram out.
#pragma once

#include <openssl/bio.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace turnpike {

using Datagram = std::vector<std::uint8_t>;

// Both directions of one connection. `in` points to the caller's bytes and is empty once it has been read.
struct DatagramQueue {
  const std::uint8_t* in = nullptr;
  std::size_t in_length = 0;
  std::vector<Datagram> out;
};

// The UDP payload that a datagram out may have: it fits the IPv6 minimum link of 1280 with room for TURN (RFC 8656 12).
constexpr long kMaximumDatagram = 1200;

// A BIO on `queue`, which must outlive it. Null if memory is short.
BIO* new_datagram_bio(DatagramQueue* queue);

}  // namespace turnpike
