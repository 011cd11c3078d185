#include "sockets.h"

#include <netinet/in.h>
#include <netinet/udp.h>
#include <unistd.h>

// After the C library's headers, whose names the kernel's would repeat.
#include <linux/errqueue.h>
#include <linux/filter.h>

#include <cerrno>
#include <cstring>

namespace turnpike {
namespace {

// All clients share a listener, so a burst of all of them must fit; a relay has the peers of one. Capped by the system.
constexpr int kListenerBuffer = 4 << 20;
constexpr int kRelayBuffer = 1 << 20;

bool set_option(int descriptor, int level, int name, int value) {
  return setsockopt(descriptor, level, name, &value, sizeof(value)) == 0;
}

int open_socket(std::uint16_t family, int buffer) {
  const int descriptor = socket(family == 6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -errno;
  set_option(descriptor, SOL_SOCKET, SO_RCVBUF, buffer);
  set_option(descriptor, SOL_SOCKET, SO_SNDBUF, buffer);
  // An old system has no UDP_GRO; then every packet comes alone.
  set_option(descriptor, SOL_UDP, UDP_GRO, 1);
  const bool ready = family == 6 ? set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1) &&
                                       set_option(descriptor, IPPROTO_IPV6, IPV6_RECVTCLASS, 1)
                                 : set_option(descriptor, IPPROTO_IP, IP_RECVTOS, 1);
  if (ready) return descriptor;
  const int failure = -errno;
  close(descriptor);
  return failure;
}

int bind_or_close(int descriptor, const Address& where) {
  const SocketAddress to = to_socket(where);
  if (bind(descriptor, reinterpret_cast<const sockaddr*>(&to.storage), to.length) == 0) return descriptor;
  const int failure = -errno;
  close(descriptor);
  return failure;
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

int open_first_listener(const Address& where) {
  const int descriptor = open_socket(where.family, kListenerBuffer);
  if (descriptor < 0) return descriptor;
  const int bound = bind_or_close(descriptor, where);
  // Only now: with it, a socket of the same user on that port would not be noticed.
  if (bound >= 0) set_option(bound, SOL_SOCKET, SO_REUSEPORT, 1);
  return bound;
}

int open_next_listener(const Address& where) {
  const int descriptor = open_socket(where.family, kListenerBuffer);
  if (descriptor < 0) return descriptor;
  set_option(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
  return bind_or_close(descriptor, where);
}

bool steer_to_first(int descriptor, bool first) {
  if (!first) return set_option(descriptor, SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, 0);
  // The socket with index 0 of the group: the one that was bound first.
  sock_filter always = BPF_STMT(BPF_RET | BPF_K, 0);
  const sock_fprog program{1, &always};
  return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof(program)) == 0;
}

int open_relay_socket(const Address& where) {
  const int descriptor = open_socket(where.family, kRelayBuffer);
  if (descriptor < 0) return descriptor;
  const bool ready = where.family == 6
                         ? set_option(descriptor, IPPROTO_IPV6, IPV6_RECVERR, 1) &&
                               set_option(descriptor, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DONT)
                         : set_option(descriptor, IPPROTO_IP, IP_RECVERR, 1) &&
                               set_option(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
  if (ready) return bind_or_close(descriptor, where);
  const int failure = -errno;
  close(descriptor);
  return failure;
}

std::uint16_t port_of_socket(int descriptor) {
  sockaddr_in6 local{};
  socklen_t length = sizeof(local);
  getsockname(descriptor, reinterpret_cast<sockaddr*>(&local), &length);
  return from_socket(local).port;
}

bool set_dont_fragment(int descriptor, std::uint16_t family, bool on) {
  if (family == 6) return set_option(descriptor, IPPROTO_IPV6, IPV6_DONTFRAG, on ? 1 : 0);
  return set_option(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, on ? IP_PMTUDISC_DO : IP_PMTUDISC_DONT);
}

bool knows_runs() {
  const int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return false;
  const bool known = set_option(descriptor, SOL_UDP, UDP_SEGMENT, 0);
  close(descriptor);
  return known;
}

bool read_socket_error(int descriptor, SocketError& out) {
  for (;;) {
    // The packet that met the error is not looked at.
    alignas(cmsghdr) std::array<std::uint8_t, 512> control;
    sockaddr_in6 peer{};
    msghdr message{};
    message.msg_name = &peer;
    message.msg_namelen = sizeof(peer);
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (recvmsg(descriptor, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return false;
    const sock_extended_err* extended = extended_error(message);
    if (extended == nullptr) continue;
    out = {from_socket(peer), extended->ee_origin, extended->ee_type, extended->ee_code, extended->ee_info,
           extended->ee_errno};
    return true;
  }
}

}  // namespace turnpike
