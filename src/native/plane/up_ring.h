// What goes up to JavaScript: whole records in a ring of fixed size, written by one thread and read by another.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "codec.h"

namespace turnpike {

enum class UpKind : std::uint8_t {
  // A packet of a client that no rule covers.
  kPacket = 1,
  // A frame for the client of a relay whose client is on a stream.
  kFrame = 2,
  // For the tap: something came in, went out, or passed from relay to relay.
  kTapIn = 3,
  kTapOut = 4,
  kTapInside = 5,
  // Somebody has not signed, and was answered by 401, or has had enough answers.
  kChallenged = 6,
  kUnanswered = 7,
};

// The head of a record, as packet-plane.ts reads it. Little-endian; the payload follows, and zeros up to a multiple of 8.
struct UpHead {
  // Of the whole record.
  std::uint32_t length = 0;
  std::uint32_t payload = 0;
  // Of the listener or relay.
  std::uint32_t id = 0;
  std::uint16_t lane = 0;
  UpKind kind = UpKind::kPacket;
  std::uint8_t unused = 0;
  Address local;
  Address remote;
};
static_assert(sizeof(UpHead) == 56, "packet-plane.ts knows the offsets");

class UpRing {
 public:
  // `size` is a power of two.
  explicit UpRing(std::size_t size) : bytes_(new std::uint8_t[size]), size_(size) {}

  // The writing thread. False if there is no room; then nothing is written.
  bool push(UpHead head, const Span* pieces, std::size_t count);
  // The reading thread: moves whole records to `out` and returns their bytes. A record that does not fit into `size` waits.
  std::size_t take(std::uint8_t* out, std::size_t size);
  // The writing thread.
  bool half_full() const {
    return written_.load(std::memory_order_relaxed) - read_.load(std::memory_order_acquire) > size_ / 2;
  }
  bool empty() const { return written_.load(std::memory_order_acquire) == read_.load(std::memory_order_relaxed); }

 private:
  void put(std::size_t at, const std::uint8_t* bytes, std::size_t length);
  void get(std::size_t at, std::uint8_t* out, std::size_t length) const;

  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t size_;
  alignas(64) std::atomic<std::size_t> written_{0};
  alignas(64) std::atomic<std::size_t> read_{0};
};

}  // namespace turnpike
