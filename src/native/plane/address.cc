#include "address.h"

#include <arpa/inet.h>
#include <sys/random.h>

namespace turnpike {
namespace {

struct Key {
  std::uint64_t words[2];
  Key() {
    if (getrandom(words, sizeof(words), 0) != sizeof(words)) words[0] = words[1] = 0x9e3779b97f4a7c15;
  }
};

// Two words into one; every bit of the result depends on every bit of both.
std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace

Address Address::without_port() const {
  Address address = *this;
  address.port = 0;
  return address;
}

std::uint64_t hash_of(const Address& address) {
  static const Key key;
  std::uint64_t halves[2];
  std::uint32_t rest = 0;
  std::memcpy(halves, address.ip.data(), sizeof(halves));
  std::memcpy(&rest, &address.port, sizeof(rest));
  return mix(mix(halves[0] ^ key.words[0], halves[1] ^ key.words[1]) ^ key.words[1], rest ^ key.words[0]);
}

bool parse_address(const char* text, std::uint16_t port, Address& out) {
  Address address;
  address.port = port;
  if (inet_pton(AF_INET, text, address.ip.data()) == 1)
    address.family = 4;
  else if (inet_pton(AF_INET6, text, address.ip.data()) == 1)
    address.family = 6;
  else
    return false;
  out = address;
  return true;
}

std::string text_of(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(address.family == 6 ? AF_INET6 : AF_INET, address.ip.data(), text.data(), text.size());
  return text.data();
}

Address from_socket(const sockaddr_in6& from) {
  Address address;
  if (from.sin6_family == AF_INET6) {
    address.family = 6;
    address.port = ntohs(from.sin6_port);
    std::memcpy(address.ip.data(), &from.sin6_addr, 16);
    return address;
  }
  sockaddr_in ipv4;
  std::memcpy(&ipv4, &from, sizeof(ipv4));
  address.family = 4;
  address.port = ntohs(ipv4.sin_port);
  std::memcpy(address.ip.data(), &ipv4.sin_addr, 4);
  return address;
}

SocketAddress to_socket(const Address& address) {
  SocketAddress to{};
  if (address.family == 6) {
    to.storage.sin6_family = AF_INET6;
    to.storage.sin6_port = htons(address.port);
    std::memcpy(&to.storage.sin6_addr, address.ip.data(), 16);
    to.length = sizeof(sockaddr_in6);
    return to;
  }
  sockaddr_in ipv4{};
  ipv4.sin_family = AF_INET;
  ipv4.sin_port = htons(address.port);
  std::memcpy(&ipv4.sin_addr, address.ip.data(), 4);
  std::memcpy(&to.storage, &ipv4, sizeof(ipv4));
  to.length = sizeof(sockaddr_in);
  return to;
}

}  // namespace turnpike
