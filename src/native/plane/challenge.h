// The 401 that every session of TURN begins with (RFC 8489 9.2.4): lanes answer it by themselves, so that whoever has not
// signed costs the JavaScript thread next to nothing.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "codec.h"

namespace turnpike {

// HMAC-SHA256 with a key of 32 bytes, from any thread. OpenSSL's, which lives in the addon and not in the plane.
using Mac = void (*)(const std::uint8_t* key, const std::uint8_t* bytes, std::size_t length, std::uint8_t* out);

// How many answers a source has had in this second. Memory is fixed: when many thousands ask within a second, some of them are
// not answered.
class SourceBudget {
 public:
  SourceBudget() : places_(new std::atomic<std::uint64_t>[kPlaces]{}) {}
  // False if the source has had its answers; its port does not count, and IPv6 counts by /64. From any thread: answers at
  // the very same time may be counted once.
  bool spend(const Address& source, std::uint32_t second, std::uint32_t most) const;

 private:
  static constexpr std::size_t kPlaces = 1 << 16;
  // Places that a source may have, one behind the other.
  static constexpr std::size_t kTries = 8;
  // Half of the source's hash, the low half of the second, and the count.
  std::unique_ptr<std::atomic<std::uint64_t>[]> places_;
};

struct Challenge {
  static constexpr std::size_t kLongest = 1024;
  static constexpr std::size_t kKey = 32;
  // Base64 of 4 bytes of time and 8 of MAC.
  static constexpr std::size_t kNonceBody = 16;

  // A whole 401, but for the transaction id, and for the nonce from `nonce_at` on.
  std::vector<std::uint8_t> message;
  std::size_t nonce_at = 0;
  std::array<std::uint8_t, kKey> key{};
  // Of the nonces' time, at the start of the plane's clock.
  double seconds_at_start = 0;
  // Answers to each source.
  std::uint32_t per_second = 0;
  SourceBudget budget;
};

// Writes the 401 for that client of that listener at `now` of the plane's clock; returns its length.
std::size_t write_challenge(const Challenge& challenge, Mac mac, std::uint32_t listener, const Address& client,
                            const TransactionId& id, double now, std::uint8_t* out);

}  // namespace turnpike
