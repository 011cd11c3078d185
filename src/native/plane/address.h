// Transport addresses as the plane compares them: no text, no padding, nothing to free.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

namespace turnpike {

// An IPv4 or IPv6 address, with a port or 0. Bytes behind an IPv4 address are zero, so that equal addresses are equal bytes.
struct Address {
  std::array<std::uint8_t, 16> ip{};
  std::uint16_t port = 0;
  // 4 or 6.
  std::uint16_t family = 0;

  bool operator==(const Address& other) const { return std::memcmp(this, &other, sizeof(Address)) == 0; }
  bool operator!=(const Address& other) const { return !(*this == other); }
  std::size_t ip_length() const { return family == 6 ? 16 : 4; }
  Address without_port() const;
};
static_assert(sizeof(Address) == 20, "no padding that memcmp would compare");

// What sendmsg wants, and recvmsg gives; sockaddr_in6 has room for either family.
struct SocketAddress {
  sockaddr_in6 storage;
  socklen_t length;
};

// Not invertible by who can choose addresses: keyed at the start of the process.
std::uint64_t hash_of(const Address& address);

// False if `text` is no literal address.
bool parse_address(const char* text, std::uint16_t port, Address& out);
std::string text_of(const Address& address);
Address from_socket(const sockaddr_in6& from);
SocketAddress to_socket(const Address& address);

}  // namespace turnpike
