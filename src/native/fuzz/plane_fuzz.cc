// libFuzzer: what the packet plane reads and writes by itself, against a second, slower reading of the RFCs. The first
// byte of an input chooses what is done with the others.
#include <arpa/inet.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "../plane/address.h"
#include "../plane/codec.h"
#include "reference.h"
#include "ring_model.h"

using turnpike::Address;

namespace {

#define HOLDS(what) ((what) ? void() : fails(#what, __LINE__))

[[noreturn]] void fails(const char* what, int line) {
  std::fprintf(stderr, "does not hold, line %d: %s\n", line, what);
  std::abort();
}

bool same(turnpike::Span span, const Bytes& bytes) {
  return span.length == bytes.size() && std::equal(bytes.begin(), bytes.end(), span.data);
}

// The bytes of an input, one after the other; zeros behind its end.
struct Input {
  const std::uint8_t* at;
  std::size_t left;

  std::uint8_t byte() { return left == 0 ? std::uint8_t{0} : (left--, *at++); }
  std::uint16_t word() { return static_cast<std::uint16_t>(byte() << 8 | byte()); }
};

void reads_packets(const Input& input) {
  turnpike::ChannelData channel_data{};
  const auto expected = reference_channel_data(input.at, input.left);
  HOLDS(turnpike::read_channel_data(input.at, input.left, channel_data) == expected.has_value());
  if (expected) HOLDS(channel_data.channel == expected->number && same(channel_data.data, expected->data));
  turnpike::TransactionId id{};
  const Bytes whole(input.at, input.at + input.left);
  const bool is_unsigned = reference_unsigned_allocate(whole);
  HOLDS(turnpike::read_unsigned_allocate(input.at, input.left, id) == is_unsigned);
  if (is_unsigned) HOLDS(std::equal(id.begin(), id.end(), whole.begin() + 8));
  turnpike::SendIndication send{};
  const auto wanted = reference_send(whole);
  HOLDS(turnpike::read_send_indication(input.at, input.left, send) == wanted.has_value());
  if (!wanted) return;
  HOLDS(same({send.peer.ip.data(), send.peer.ip_length()}, wanted->ip));
  HOLDS(send.peer.port == wanted->port && same(send.data, wanted->data));
  HOLDS(std::all_of(send.peer.ip.begin() + static_cast<long>(send.peer.ip_length()), send.peer.ip.end(),
                    [](std::uint8_t byte) { return byte == 0; }));
}

// As the whole message that it could be: no change of single bytes gives a length and a checksum that are right.
void reads_finished_message(const Input& input) {
  Bytes message(input.at, input.at + input.left);
  message.resize(std::max<std::size_t>((message.size() + 3) / 4 * 4, 20));
  finish_reference(message);
  reads_packets({message.data(), message.size()});
  // The type of an Allocate, and no FINGERPRINT that would have to be right.
  message[1] = 0x03;
  message[message.size() - 7] ^= 1;
  reads_packets({message.data(), message.size()});
}

Address address_from(Input& input) {
  Address address;
  address.family = input.byte() % 2 == 0 ? 4 : 6;
  address.port = input.word();
  for (std::size_t i = 0; i < address.ip_length(); i++) address.ip[i] = input.byte();
  return address;
}

turnpike::TransactionId id_from(Input& input) {
  turnpike::TransactionId id{};
  for (std::uint8_t& byte : id) byte = input.byte();
  return id;
}

void holds_peer(const Message& message, const Address& peer, const turnpike::TransactionId& id) {
  HOLDS(message.type == 0x0017 && std::equal(id.begin(), id.end(), message.id.begin()));
  HOLDS(message.attributes.size() == 2 && message.attributes[0].type == 0x0012);
  const auto read = reference_address(message, message.attributes[0].value);
  HOLDS(read && read->port == peer.port && same({peer.ip.data(), peer.ip_length()}, read->ip));
}

void writes_data_indications(Input input) {
  const Address peer = address_from(input);
  const turnpike::TransactionId id = id_from(input);
  const std::size_t length = std::min<std::size_t>(input.word(), 65000);
  Bytes bytes(turnpike::kLongestDataHeader);
  const std::size_t head = turnpike::write_data_header(bytes.data(), id, peer, length);
  HOLDS(head <= bytes.size());
  bytes.resize(head);
  bytes.insert(bytes.end(), length, 0xab);
  bytes.insert(bytes.end(), turnpike::padding_of(length), 0);
  const auto message = reference_message(bytes);
  HOLDS(message.has_value());
  holds_peer(*message, peer, id);
  HOLDS(message->attributes[1].type == 0x0013 && message->attributes[1].value == Bytes(length, 0xab));
  std::uint8_t header[turnpike::kChannelHeader];
  turnpike::write_channel_header(header, 0x4001, length);
  const Bytes written(header, header + sizeof header);
  HOLDS(number(written, 0, 2) == 0x4001 && number(written, 2, 2) == length);
}

void writes_icmp(Input input) {
  const Address peer = address_from(input);
  const turnpike::TransactionId id = id_from(input);
  const turnpike::IcmpNotice icmp{input.byte(), input.byte(), static_cast<std::uint32_t>(input.word()) * 65537};
  Bytes bytes(turnpike::kLongestIcmpIndication);
  bytes.resize(turnpike::write_icmp_indication(bytes.data(), id, peer, icmp));
  const auto message = reference_message(bytes);
  HOLDS(message.has_value());
  holds_peer(*message, peer, id);
  const Bytes& value = message->attributes[1].value;
  HOLDS(message->attributes[1].type == 0x8004 && value.size() == 8 && number(value, 0, 2) == 0);
  HOLDS(number(value, 2, 2) >> 9 == (icmp.type & 0x7fU) && (number(value, 2, 2) & 0x1ff) == icmp.code);
  HOLDS(number(value, 4, 4) == icmp.data);
}

void reads_addresses(Input input) {
  const std::uint16_t port = input.word();
  const std::string text(reinterpret_cast<const char*>(input.at), input.left);
  Address address;
  if (!turnpike::parse_address(text.c_str(), port, address)) {
    HOLDS(address == Address{});
    return;
  }
  Address again;
  HOLDS(turnpike::parse_address(turnpike::text_of(address).c_str(), port, again) && again == address);
  HOLDS(address.port == port && turnpike::hash_of(address) == turnpike::hash_of(again));
  const turnpike::SocketAddress socket = turnpike::to_socket(address);
  HOLDS(turnpike::from_socket(socket.storage) == address);
  HOLDS(socket.length == (address.family == 4 ? sizeof(sockaddr_in) : sizeof(sockaddr_in6)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input{data, size};
  switch (input.byte() % 6) {
    case 0:
      reads_packets(input);
      break;
    case 1:
      writes_data_indications(input);
      break;
    case 2:
      writes_icmp(input);
      break;
    case 3:
      reads_addresses(input);
      break;
    case 4:
      reads_finished_message(input);
      break;
    default:
      HOLDS(ring_keeps_records(input.at, input.left));
  }
  return 0;
}
