#include "ring_model.h"

#include <cstring>
#include <deque>
#include <vector>

#include "../plane/up_ring.h"

namespace {

using Bytes = std::vector<std::uint8_t>;
using turnpike::Span;
using turnpike::UpHead;

constexpr std::size_t kRing = 1024;

struct Ring {
  turnpike::UpRing real{kRing};
  std::deque<Bytes> queue;
  std::size_t used = 0;
  std::uint32_t next = 0;
};

std::size_t record_size(std::size_t payload) { return (sizeof(UpHead) + payload + 7) / 8 * 8; }

bool push(Ring& ring, std::size_t length, std::size_t cut) {
  Bytes payload(length);
  for (std::size_t i = 0; i < length; i++) payload[i] = static_cast<std::uint8_t>(ring.next + i);
  UpHead head;
  head.id = ring.next++;
  const std::size_t first = length == 0 ? 0 : cut % length;
  const Span pieces[] = {{payload.data(), first}, {payload.data() + first, length - first}};
  const bool fits = ring.used + record_size(length) <= kRing;
  if (ring.real.push(head, pieces, 2) != fits) return false;
  if (!fits) return true;
  ring.used += record_size(length);
  head.length = static_cast<std::uint32_t>(record_size(length));
  head.payload = static_cast<std::uint32_t>(length);
  Bytes record(head.length);
  std::memcpy(record.data(), &head, sizeof head);
  if (length > 0) std::memcpy(record.data() + sizeof head, payload.data(), length);
  ring.queue.push_back(std::move(record));
  return true;
}

bool take(Ring& ring, std::size_t size) {
  Bytes out(size);
  const std::size_t taken = ring.real.take(out.data(), size);
  std::size_t at = 0;
  while (!ring.queue.empty() && at + ring.queue.front().size() <= size) {
    const Bytes& record = ring.queue.front();
    if (at + record.size() > taken || std::memcmp(out.data() + at, record.data(), record.size()) != 0) return false;
    at += record.size();
    ring.used -= record.size();
    ring.queue.pop_front();
  }
  return at == taken && ring.real.empty() == ring.queue.empty();
}

}  // namespace

bool ring_keeps_records(const std::uint8_t* bytes, std::size_t length) {
  Ring ring;
  for (; length >= 3; bytes += 3, length -= 3) {
    const std::size_t size = static_cast<std::size_t>(bytes[1]) * 4 + bytes[2] % 4;
    if (!(bytes[0] % 2 == 0 ? push(ring, size, bytes[0]) : take(ring, size * 2))) return false;
  }
  return take(ring, kRing);
}
