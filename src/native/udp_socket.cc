#include "udp_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <unistd.h>

// After the C library's headers, whose names the kernel's would repeat.
#include <linux/errqueue.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace turnpike {
namespace {

int set_option(int descriptor, int level, int name, int value) {
  return setsockopt(descriptor, level, name, &value, sizeof(value)) == 0 ? 0 : errno;
}

const sock_extended_err* extended_error(msghdr& message) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    const bool ipv4 = header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_RECVERR;
    const bool ipv6 = header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_RECVERR;
    if (ipv4 || ipv6) return reinterpret_cast<const sock_extended_err*>(CMSG_DATA(header));
  }
  return nullptr;
}

}  // namespace

std::optional<Endpoint> endpoint_of(const char* address, std::uint16_t port) {
  Endpoint endpoint{};
  auto* ipv4 = reinterpret_cast<sockaddr_in*>(&endpoint.storage);
  auto* ipv6 = reinterpret_cast<sockaddr_in6*>(&endpoint.storage);
  if (inet_pton(AF_INET, address, &ipv4->sin_addr) == 1) {
    ipv4->sin_family = AF_INET;
    ipv4->sin_port = htons(port);
    endpoint.length = sizeof(sockaddr_in);
    return endpoint;
  }
  if (inet_pton(AF_INET6, address, &ipv6->sin6_addr) != 1) return std::nullopt;
  ipv6->sin6_family = AF_INET6;
  ipv6->sin6_port = htons(port);
  endpoint.length = sizeof(sockaddr_in6);
  return endpoint;
}

std::string address_of(const sockaddr_storage& from) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = from.ss_family == AF_INET6
                          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(&from)->sin6_addr)
                          : &reinterpret_cast<const sockaddr_in*>(&from)->sin_addr;
  inet_ntop(from.ss_family, bytes, text.data(), text.size());
  return text.data();
}

std::uint16_t port_of(const sockaddr_storage& from) {
  return ntohs(from.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6*>(&from)->sin6_port
                                          : reinterpret_cast<const sockaddr_in*>(&from)->sin_port);
}

int UdpSocket::open(const Endpoint& where, int buffer_bytes) {
  ipv6_ = where.storage.ss_family == AF_INET6;
  descriptor_ = socket(where.storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) return errno;
  if (const int failure = prepare(buffer_bytes)) return failure;
  return bind(descriptor_, reinterpret_cast<const sockaddr*>(&where.storage), where.length) == 0 ? 0 : errno;
}

int UdpSocket::open_for_batches(const Endpoint& where, bool connected, int buffer_bytes) {
  ipv6_ = where.storage.ss_family == AF_INET6;
  descriptor_ = socket(where.storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) return errno;
  set_option(descriptor_, SOL_SOCKET, SO_RCVBUF, buffer_bytes);
  set_option(descriptor_, SOL_SOCKET, SO_SNDBUF, buffer_bytes);
  // A kernel before 5.0 has none, and gives them one by one.
  set_option(descriptor_, SOL_UDP, UDP_GRO, 1);
  const auto* address = reinterpret_cast<const sockaddr*>(&where.storage);
  const int failed = connected ? connect(descriptor_, address, where.length) : bind(descriptor_, address, where.length);
  return failed == 0 ? 0 : errno;
}

// Segments must have checksums.
void UdpSocket::refuse_segments() const { set_option(descriptor_, SOL_SOCKET, SO_NO_CHECK, 1); }

// DF is clear unless asked for (RFC 8656 15), and IPv6 packets are fragmented at the interface's MTU.
int UdpSocket::prepare(int buffer_bytes) const {
  set_option(descriptor_, SOL_SOCKET, SO_RCVBUF, buffer_bytes);
  set_option(descriptor_, SOL_SOCKET, SO_SNDBUF, buffer_bytes);
  if (!ipv6_) {
    const int failure = set_option(descriptor_, IPPROTO_IP, IP_RECVERR, 1);
    return failure ? failure : set_option(descriptor_, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
  }
  if (const int failure = set_option(descriptor_, IPPROTO_IPV6, IPV6_V6ONLY, 1)) return failure;
  if (const int failure = set_option(descriptor_, IPPROTO_IPV6, IPV6_RECVERR, 1)) return failure;
  return set_option(descriptor_, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DONT);
}

int UdpSocket::set_dont_fragment(bool on) const {
  if (ipv6_) return set_option(descriptor_, IPPROTO_IPV6, IPV6_DONTFRAG, on ? 1 : 0);
  return set_option(descriptor_, IPPROTO_IP, IP_MTU_DISCOVER, on ? IP_PMTUDISC_DO : IP_PMTUDISC_DONT);
}

int UdpSocket::send(const std::uint8_t* data, std::size_t length, const Endpoint& to, bool dont_fragment) const {
  if (dont_fragment)
    if (const int failure = set_dont_fragment(true)) return failure;
  const auto* address = reinterpret_cast<const sockaddr*>(&to.storage);
  const bool sent = sendto(descriptor_, data, length, MSG_DONTWAIT | MSG_NOSIGNAL, address, to.length) >= 0;
  const int failure = sent ? 0 : errno;
  if (dont_fragment) set_dont_fragment(false);
  return failure;
}

std::vector<Received> UdpSocket::receive(std::uint8_t* slots, std::size_t length) const {
  const std::size_t count = std::min(length / kSlot, kBatch);
  std::array<mmsghdr, kBatch> messages{};
  std::array<iovec, kBatch> places{};
  std::array<sockaddr_storage, kBatch> senders;
  for (std::size_t i = 0; i < count; i++) {
    places[i] = {slots + i * kSlot, kSlot};
    messages[i].msg_hdr.msg_name = &senders[i];
    messages[i].msg_hdr.msg_namelen = sizeof(sockaddr_storage);
    messages[i].msg_hdr.msg_iov = &places[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  const int taken = recvmmsg(descriptor_, messages.data(), static_cast<unsigned>(count), MSG_DONTWAIT, nullptr);
  std::vector<Received> list;
  for (std::size_t i = 0; taken > 0 && i < static_cast<std::size_t>(taken); i++)
    list.push_back({senders[i], messages[i].msg_len});
  return list;
}

std::vector<SocketError> UdpSocket::read_errors() const {
  std::vector<SocketError> list;
  for (std::size_t i = 0; i < kBatch; i++) {
    // The packet that met the error is not looked at.
    alignas(cmsghdr) std::array<std::uint8_t, 512> control;
    SocketError error{};
    msghdr message{};
    message.msg_name = &error.peer;
    message.msg_namelen = sizeof(error.peer);
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (recvmsg(descriptor_, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) break;
    const sock_extended_err* extended = extended_error(message);
    if (extended == nullptr) continue;
    error.origin = extended->ee_origin;
    error.type = extended->ee_type;
    error.code = extended->ee_code;
    error.info = extended->ee_info;
    list.push_back(error);
  }
  return list;
}

std::uint16_t UdpSocket::port() const { return port_of(local()); }

sockaddr_storage UdpSocket::local() const {
  sockaddr_storage local{};
  socklen_t length = sizeof(local);
  getsockname(descriptor_, reinterpret_cast<sockaddr*>(&local), &length);
  return local;
}

int UdpSocket::pending_error() const {
  int error = 0;
  socklen_t length = sizeof(error);
  return getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

void UdpSocket::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

}  // namespace turnpike
