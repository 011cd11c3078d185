#include "codec.h"

#include <cstring>

#include "crc32.h"

namespace turnpike {

namespace {

constexpr std::size_t kHeader = 20;
constexpr std::size_t kAttributeHeader = 4;
constexpr std::uint8_t kCookie[4] = {0x21, 0x12, 0xa4, 0x42};
// As in #stun: bounds the work that one packet can cause.
constexpr int kMaxAttributes = 64;
// RFC 8489 14.14 allows 763 bytes of UTF-8.
constexpr std::size_t kLongestSoftware = 763;
// RFC 8489 14.7.
constexpr std::uint32_t kFingerprintXor = 0x5354554e;

enum MessageType : std::uint16_t { kAllocateType = 0x0003, kSendType = 0x0016, kDataType = 0x0017 };
enum AttributeType : std::uint16_t {
  kMessageIntegrity = 0x0008,
  kXorPeerAddress = 0x0012,
  kData = 0x0013,
  kMessageIntegritySha256 = 0x001c,
  kIcmp = 0x8004,
  kSoftware = 0x8022,
  kFingerprint = 0x8028,
};

std::uint16_t read16(const std::uint8_t* at) { return static_cast<std::uint16_t>(at[0] << 8 | at[1]); }

std::uint32_t read32(const std::uint8_t* at) {
  return static_cast<std::uint32_t>(read16(at)) << 16 | read16(at + 2);
}

std::uint8_t* put16(std::uint8_t* at, std::size_t value) {
  at[0] = static_cast<std::uint8_t>(value >> 8);
  at[1] = static_cast<std::uint8_t>(value);
  return at + 2;
}

std::uint8_t* put32(std::uint8_t* at, std::uint32_t value) { return put16(put16(at, value >> 16), value & 0xffff); }

// RFC 8489 14.2: the mask of an address is the cookie, and behind it the transaction id, as they lie in the header.
void xor_bytes(std::uint8_t* out, const std::uint8_t* in, const std::uint8_t* mask, std::size_t length) {
  for (std::size_t i = 0; i < length; i++) out[i] = in[i] ^ mask[i];
}

bool read_xor_address(const std::uint8_t* message, Span value, Address& out) {
  if (value.length < 4) return false;
  const std::uint8_t family = value.data[1];
  if (family != 1 && family != 2) return false;
  out = Address{};
  out.family = family == 1 ? 4 : 6;
  if (value.length != 4 + out.ip_length()) return false;
  out.port = static_cast<std::uint16_t>(read16(value.data + 2) ^ read16(kCookie));
  xor_bytes(out.ip.data(), value.data + 4, message + 4, out.ip_length());
  return true;
}

bool fingerprint_matches(const std::uint8_t* message, std::size_t length, std::size_t at) {
  if (at + kAttributeHeader + 4 != length || read16(message + at + 2) != 4) return false;
  return (crc32(message, at) ^ kFingerprintXor) == read32(message + at + kAttributeHeader);
}

// What has been found of a Send indication so far.
struct Found {
  bool peer = false;
  bool data = false;
};

// False for what TypeScript has to judge: a second one, a malformed one, and all that asks for more than to be sent.
bool take_attribute(const std::uint8_t* message, std::uint16_t type, Span value, Found& found, SendIndication& out) {
  switch (type) {
    case kXorPeerAddress:
      if (found.peer || !read_xor_address(message, value, out.peer)) return false;
      return found.peer = true;
    case kData:
      if (found.data) return false;
      out.data = value;
      return found.data = true;
    case kSoftware:
      return value.length <= kLongestSoftware;
    default:
      return false;
  }
}

bool is_message(MessageType type, const std::uint8_t* bytes, std::size_t length) {
  if (length < kHeader || read16(bytes) != type) return false;
  if (std::memcmp(bytes + 4, kCookie, sizeof kCookie) != 0) return false;
  const std::size_t rest = read16(bytes + 2);
  return rest % 4 == 0 && rest + kHeader == length;
}

// The header and XOR-PEER-ADDRESS; `rest` is the length of the attributes behind it, with their padding.
std::uint8_t* begin_indication(std::uint8_t* out, const TransactionId& id, const Address& peer, std::size_t rest) {
  const std::size_t value = 4 + peer.ip_length();
  std::uint8_t* at = put16(out, kDataType);
  at = put16(at, kAttributeHeader + value + rest);
  std::memcpy(at, kCookie, sizeof kCookie);
  std::memcpy(at + sizeof kCookie, id.data(), id.size());
  at = put16(out + kHeader, kXorPeerAddress);
  at = put16(at, value);
  at = put16(at, peer.family == 6 ? 2 : 1);
  at = put16(at, static_cast<std::size_t>(peer.port ^ read16(kCookie)));
  xor_bytes(at, peer.ip.data(), out + 4, peer.ip_length());
  return at + peer.ip_length();
}

}  // namespace

bool read_channel_data(const std::uint8_t* bytes, std::size_t length, ChannelData& out) {
  if (length < kChannelHeader || (bytes[0] & 0xc0) != 0x40) return false;
  const std::size_t data = read16(bytes + 2);
  if (kChannelHeader + data > length) return false;
  out = {read16(bytes), {bytes + kChannelHeader, data}};
  return true;
}

bool read_send_indication(const std::uint8_t* bytes, std::size_t length, SendIndication& out) {
  if (!is_message(kSendType, bytes, length)) return false;
  Found found;
  int count = 0;
  // `length` and each padded attribute are multiples of four: a header is whole wherever one begins.
  for (std::size_t at = kHeader; at < length;) {
    if (++count > kMaxAttributes) return false;
    const std::uint16_t type = read16(bytes + at);
    const Span value{bytes + at + kAttributeHeader, read16(bytes + at + 2)};
    if (at + kAttributeHeader + value.length > length) return false;
    // Nothing comes behind FINGERPRINT.
    if (type == kFingerprint) return found.peer && found.data && fingerprint_matches(bytes, length, at);
    if (!take_attribute(bytes, type, value, found, out)) return false;
    at += kAttributeHeader + value.length + padding_of(value.length);
  }
  return found.peer && found.data;
}

bool read_unsigned_allocate(const std::uint8_t* bytes, std::size_t length, TransactionId& id) {
  if (!is_message(kAllocateType, bytes, length)) return false;
  int count = 0;
  for (std::size_t at = kHeader; at < length;) {
    if (++count > kMaxAttributes) return false;
    const std::uint16_t type = read16(bytes + at);
    const std::size_t value = read16(bytes + at + 2);
    if (at + kAttributeHeader + value > length || type == kMessageIntegrity || type == kMessageIntegritySha256) return false;
    if (type == kFingerprint && !fingerprint_matches(bytes, length, at)) return false;
    at += kAttributeHeader + value + padding_of(value);
  }
  std::memcpy(id.data(), bytes + 8, id.size());
  return true;
}

void write_channel_header(std::uint8_t* out, std::uint16_t channel, std::size_t length) {
  put16(put16(out, channel), length);
}

std::size_t write_data_header(std::uint8_t* out, const TransactionId& id, const Address& peer, std::size_t length) {
  std::uint8_t* at = begin_indication(out, id, peer, kAttributeHeader + length + padding_of(length));
  at = put16(put16(at, kData), length);
  return static_cast<std::size_t>(at - out);
}

std::size_t padding_of(std::size_t length) { return (4 - length % 4) % 4; }

std::size_t write_icmp_indication(std::uint8_t* out, const TransactionId& id, const Address& peer,
                                  const IcmpNotice& icmp) {
  std::uint8_t* at = begin_indication(out, id, peer, kAttributeHeader + 8);
  at = put16(put16(at, kIcmp), 8);
  // RFC 8656 18.13: two reserved bytes, seven bits of type, nine bits of code.
  at = put16(put16(at, 0), static_cast<std::size_t>((icmp.type & 0x7f) << 9 | icmp.code));
  at = put32(at, icmp.data);
  return static_cast<std::size_t>(at - out);
}

}  // namespace turnpike
