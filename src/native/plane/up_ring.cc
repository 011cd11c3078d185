#include "up_ring.h"

#include <algorithm>
#include <cstring>

namespace turnpike {

bool UpRing::push(UpHead head, const Span* pieces, std::size_t count) {
  std::size_t payload = 0;
  for (std::size_t i = 0; i < count; i++) payload += pieces[i].length;
  const std::size_t length = (sizeof(UpHead) + payload + 7) & ~std::size_t{7};
  const std::size_t start = written_.load(std::memory_order_relaxed);
  if (start - read_.load(std::memory_order_acquire) + length > size_) return false;
  head.length = static_cast<std::uint32_t>(length);
  head.payload = static_cast<std::uint32_t>(payload);
  std::array<std::uint8_t, sizeof(UpHead)> bytes;
  std::memcpy(bytes.data(), &head, sizeof(head));
  put(start, bytes.data(), bytes.size());
  std::size_t at = start + sizeof(UpHead);
  for (std::size_t i = 0; i < count; i++) {
    put(at, pieces[i].data, pieces[i].length);
    at += pieces[i].length;
  }
  constexpr std::array<std::uint8_t, 8> zeros{};
  put(at, zeros.data(), start + length - at);
  written_.store(start + length, std::memory_order_release);
  return true;
}

std::size_t UpRing::take(std::uint8_t* out, std::size_t size) {
  const std::size_t end = written_.load(std::memory_order_acquire);
  const std::size_t start = read_.load(std::memory_order_relaxed);
  std::size_t at = start;
  while (at != end) {
    std::uint32_t length = 0;
    get(at, reinterpret_cast<std::uint8_t*>(&length), sizeof(length));
    if (at - start + length > size) break;
    get(at, out + (at - start), length);
    at += length;
  }
  read_.store(at, std::memory_order_release);
  return at - start;
}

void UpRing::put(std::size_t at, const std::uint8_t* bytes, std::size_t length) {
  if (length == 0) return;
  const std::size_t offset = at & (size_ - 1);
  const std::size_t first = std::min(length, size_ - offset);
  std::memcpy(bytes_.get() + offset, bytes, first);
  if (first < length) std::memcpy(bytes_.get(), bytes + first, length - first);
}

void UpRing::get(std::size_t at, std::uint8_t* out, std::size_t length) const {
  const std::size_t offset = at & (size_ - 1);
  const std::size_t first = std::min(length, size_ - offset);
  std::memcpy(out, bytes_.get() + offset, first);
  if (first < length) std::memcpy(out + first, bytes_.get(), length - first);
}

}  // namespace turnpike
