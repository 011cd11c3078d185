// STUN and ChannelData once more, in the plainest way: to compare with, not to be fast.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

using Bytes = std::vector<std::uint8_t>;

struct Attribute {
  std::uint64_t type;
  Bytes value;
};

struct Message {
  std::uint64_t type;
  Bytes id;
  std::vector<Attribute> attributes;
};

struct ReferenceChannel {
  std::uint64_t number;
  Bytes data;
};

struct ReferenceAddress {
  Bytes ip;
  std::uint64_t port;
};

struct ReferenceSend {
  Bytes ip;
  std::uint64_t port;
  Bytes data;
};

// Of `size` bytes, big-endian.
std::uint64_t number(const Bytes& bytes, std::size_t at, std::size_t size);

// RFC 8489 5 and 14, a FINGERPRINT verified. Nothing for what is no message.
std::optional<Message> reference_message(const Bytes& bytes);
// RFC 8489 14.2.
std::optional<ReferenceAddress> reference_address(const Message& message, const Bytes& value);
// RFC 8656 12.4.
std::optional<ReferenceChannel> reference_channel_data(const std::uint8_t* bytes, std::size_t length);
// A Send indication that passes without TypeScript: one XOR-PEER-ADDRESS, one DATA, else SOFTWARE and FINGERPRINT only.
std::optional<ReferenceSend> reference_send(const Bytes& bytes);
// An Allocate request without any integrity.
bool reference_unsigned_allocate(const Bytes& bytes);
// Makes a Send indication of at least 20 bytes whole: type, length and cookie, and a FINGERPRINT at its end.
void finish_reference(Bytes& bytes);
