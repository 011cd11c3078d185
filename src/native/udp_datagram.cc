#include "udp_datagram.h"

#include <cstring>

namespace turnpike {

bool same_address(const DatagramAddress& a, const DatagramAddress& b) {
  return a.port == b.port && a.family == b.family && a.words == b.words;
}

DatagramAddress datagram_address(const sockaddr_storage& from) {
  DatagramAddress address{};
  if (from.ss_family == AF_INET6) {
    const auto& ipv6 = reinterpret_cast<const sockaddr_in6&>(from);
    address.family = 6;
    address.port = ntohs(ipv6.sin6_port);
    std::memcpy(address.words.data(), &ipv6.sin6_addr, sizeof(ipv6.sin6_addr));
  } else if (from.ss_family == AF_INET) {
    const auto& ipv4 = reinterpret_cast<const sockaddr_in&>(from);
    address.family = 4;
    address.port = ntohs(ipv4.sin_port);
    address.words[0] = ipv4.sin_addr.s_addr;
  }
  return address;
}

socklen_t socket_address(const DatagramAddress& address, sockaddr_in6& out) {
  if (address.family == 0) return 0;
  const std::uint16_t port = htons(static_cast<std::uint16_t>(address.port));
  if (address.family == 6) {
    out = {};
    out.sin6_family = AF_INET6;
    out.sin6_port = port;
    std::memcpy(&out.sin6_addr, address.words.data(), sizeof(out.sin6_addr));
    return sizeof(sockaddr_in6);
  }
  sockaddr_in ipv4{};
  ipv4.sin_family = AF_INET;
  ipv4.sin_port = port;
  ipv4.sin_addr.s_addr = address.words[0];
  std::memcpy(&out, &ipv4, sizeof(ipv4));
  return sizeof(ipv4);
}

}  // namespace turnpike
