// Bytes of TURN that the plane reads and writes by itself. Pure: no sockets, no tables, no state.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "address.h"

namespace turnpike {

struct Span {
  const std::uint8_t* data;
  std::size_t length;
};

// RFC 8656 12.4. `data` is what follows the header, as long as the header says; bytes behind it are padding.
struct ChannelData {
  std::uint16_t channel;
  Span data;
};

// The `data` of a Send indication (RFC 8656 11.1), and for whom.
struct SendIndication {
  Address peer;
  Span data;
};

struct IcmpNotice {
  std::uint8_t type;
  std::uint8_t code;
  // The MTU of the next hop, or 0.
  std::uint32_t data;
};

constexpr std::size_t kChannelHeader = 4;
// Header, XOR-PEER-ADDRESS of IPv6 and the header of DATA.
constexpr std::size_t kLongestDataHeader = 20 + 24 + 4;
// Header, XOR-PEER-ADDRESS of IPv6 and ICMP.
constexpr std::size_t kLongestIcmpIndication = 20 + 24 + 12;

using TransactionId = std::array<std::uint8_t, 12>;

// Reads as `isChannelData` and `decodeChannelData` of #stun do: false where they give none.
bool read_channel_data(const std::uint8_t* bytes, std::size_t length, ChannelData& out);

// True for a Send indication that may pass without TypeScript: whole, one XOR-PEER-ADDRESS and one DATA, no DONT-FRAGMENT and
// nothing else whose understanding is required. What is false here goes up, and is judged there.
bool read_send_indication(const std::uint8_t* bytes, std::size_t length, SendIndication& out);

// True for an Allocate request that nobody has signed, and that TypeScript would answer by 401 whatever else is in it.
bool read_unsigned_allocate(const std::uint8_t* bytes, std::size_t length, TransactionId& id);

void write_channel_header(std::uint8_t* out, std::uint16_t channel, std::size_t length);

// Everything of a Data indication (RFC 8656 11.4) up to its data; returns the length. `padding_of(length)` zero bytes follow
// the data. `length` is that of the data, at most 65,000.
std::size_t write_data_header(std::uint8_t* out, const TransactionId& id, const Address& peer, std::size_t length);
std::size_t padding_of(std::size_t length);

// A whole Data indication with ICMP (RFC 8656 11.5); returns its length.
std::size_t write_icmp_indication(std::uint8_t* out, const TransactionId& id, const Address& peer, const IcmpNotice& icmp);

}  // namespace turnpike
