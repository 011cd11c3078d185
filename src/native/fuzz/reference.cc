#include "reference.h"

#include <algorithm>

namespace {

constexpr std::uint64_t kCookie = 0x2112a442;
constexpr std::uint64_t kFingerprint = 0x8028;

Bytes part(const Bytes& bytes, std::size_t from, std::size_t to) {
  return Bytes(bytes.begin() + static_cast<long>(from), bytes.begin() + static_cast<long>(to));
}

// Bit by bit.
std::uint64_t checksum(const Bytes& bytes) {
  std::uint64_t rest = 0xffffffff;
  for (const std::uint8_t byte : bytes)
    for (int bit = 0; bit < 8; bit++) {
      const bool differs = ((rest ^ static_cast<std::uint64_t>(byte >> bit)) & 1) != 0;
      rest = rest >> 1 ^ (differs ? 0xedb88320U : 0U);
    }
  return rest ^ 0xffffffff;
}

std::size_t times(const Message& message, std::uint64_t type) {
  return static_cast<std::size_t>(std::count_if(message.attributes.begin(), message.attributes.end(),
                                                [&](const Attribute& one) { return one.type == type; }));
}

const Bytes& value_of(const Message& message, std::uint64_t type) {
  return std::find_if(message.attributes.begin(), message.attributes.end(),
                      [&](const Attribute& one) { return one.type == type; })
      ->value;
}

}  // namespace

void finish_reference(Bytes& bytes) {
  const std::size_t rest = bytes.size() + 8 - 20;
  const Bytes head{0x00, 0x16, 0x00, 0x00, 0x21, 0x12, 0xa4, 0x42};
  std::copy(head.begin(), head.end(), bytes.begin());
  bytes[2] = static_cast<std::uint8_t>(rest >> 8);
  bytes[3] = static_cast<std::uint8_t>(rest);
  const std::uint64_t sum = checksum(bytes) ^ 0x5354554e;
  for (const std::uint64_t byte : {0x80UL, 0x28UL, 0UL, 4UL, sum >> 24, sum >> 16, sum >> 8, sum})
    bytes.push_back(static_cast<std::uint8_t>(byte));
}

std::uint64_t number(const Bytes& bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; i++) value = value * 256 + bytes.at(at + i);
  return value;
}

std::optional<Message> reference_message(const Bytes& bytes) {
  if (bytes.size() < 20 || number(bytes, 4, 4) != kCookie) return std::nullopt;
  if (number(bytes, 2, 2) != bytes.size() - 20 || bytes.size() % 4 != 0) return std::nullopt;
  Message message{number(bytes, 0, 2), part(bytes, 8, 20), {}};
  std::size_t at = 20;
  while (at < bytes.size()) {
    const std::size_t end = at + 4 + number(bytes, at + 2, 2);
    if (end > bytes.size()) return std::nullopt;
    message.attributes.push_back({number(bytes, at, 2), part(bytes, at + 4, end)});
    if (message.attributes.back().type == kFingerprint) {
      const bool fits = at + 8 == bytes.size() && end == bytes.size();
      if (!fits || number(bytes, at + 4, 4) != (checksum(part(bytes, 0, at)) ^ 0x5354554e)) return std::nullopt;
    }
    at = end;
    while (at % 4 != 0) at++;
  }
  return message;
}

std::optional<ReferenceAddress> reference_address(const Message& message, const Bytes& value) {
  const bool is_ipv4 = value.size() == 8 && value[1] == 1;
  const bool is_ipv6 = value.size() == 20 && value[1] == 2;
  if (!is_ipv4 && !is_ipv6) return std::nullopt;
  Bytes mask{0x21, 0x12, 0xa4, 0x42};
  mask.insert(mask.end(), message.id.begin(), message.id.end());
  ReferenceAddress address{part(value, 4, value.size()), number(value, 2, 2) ^ 0x2112};
  for (std::size_t i = 0; i < address.ip.size(); i++) address.ip[i] = address.ip[i] ^ mask[i];
  return address;
}

std::optional<ReferenceChannel> reference_channel_data(const std::uint8_t* bytes, std::size_t length) {
  const Bytes packet(bytes, bytes + length);
  if (length < 4 || packet[0] < 0x40 || packet[0] > 0x7f) return std::nullopt;
  const std::size_t end = 4 + number(packet, 2, 2);
  if (end > length) return std::nullopt;
  return ReferenceChannel{number(packet, 0, 2), part(packet, 4, end)};
}

bool reference_unsigned_allocate(const Bytes& bytes) {
  const auto message = reference_message(bytes);
  if (!message || message->type != 0x0003 || message->attributes.size() > 64) return false;
  return times(*message, 0x0008) == 0 && times(*message, 0x001c) == 0;
}

std::optional<ReferenceSend> reference_send(const Bytes& bytes) {
  const auto message = reference_message(bytes);
  if (!message || message->type != 0x0016 || message->attributes.size() > 64) return std::nullopt;
  for (const auto& [type, value] : message->attributes) {
    const bool is_software = type == 0x8022 && value.size() <= 763;
    if (type != 0x0012 && type != 0x0013 && type != kFingerprint && !is_software) return std::nullopt;
  }
  if (times(*message, 0x0012) != 1 || times(*message, 0x0013) != 1) return std::nullopt;
  const auto peer = reference_address(*message, value_of(*message, 0x0012));
  if (!peer) return std::nullopt;
  return ReferenceSend{peer->ip, peer->port, value_of(*message, 0x0013)};
}
