#include "record_filter.h"

namespace turnpike {
namespace {

constexpr std::size_t kHeader = 13;
// AES-GCM, the only kind of cipher that dtls_context.cc allows: explicit nonce and tag (RFC 5288 3).
constexpr std::size_t kShortestEncrypted = 8 + 16;

constexpr std::uint8_t kChangeCipherSpec = 20;
constexpr std::uint8_t kApplicationData = 23;

std::size_t uint16_at(const std::uint8_t* bytes) { return static_cast<std::size_t>(bytes[0] << 8 | bytes[1]); }

bool is_admissible(const std::uint8_t* record, std::size_t body_length, bool connected) {
  const std::uint8_t type = record[0];
  const std::size_t epoch = uint16_at(record + 3);
  if (type < kChangeCipherSpec || type > kApplicationData || record[1] != 0xfe) return false;
  if (epoch == 0) return !connected && type != kApplicationData && body_length > 0;
  // There is one change of keys, and no renegotiation.
  return epoch == 1 && type != kChangeCipherSpec && body_length >= kShortestEncrypted;
}

}  // namespace

Datagram admissible_records(const std::uint8_t* datagram, std::size_t length, bool connected) {
  Datagram admitted;
  admitted.reserve(length);
  for (std::size_t at = 0; at + kHeader <= length;) {
    const std::size_t body_length = uint16_at(datagram + at + 11);
    const std::size_t end = at + kHeader + body_length;
    if (end > length) break;
    if (is_admissible(datagram + at, body_length, connected))
      admitted.insert(admitted.end(), datagram + at, datagram + end);
    at = end;
  }
  return admitted;
}

}  // namespace turnpike
