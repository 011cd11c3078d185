#include "sockets.h"

#include <unistd.h>

// After the C library's headers, whose names the kernel's would repeat.
#include <linux/errqueue.h>
#include <linux/filter.h>

#include <array>
#include <cerrno>

#include "messages.h"

namespace turnpike {
namespace {

// All clients share a listener, so a burst of all of them must fit; a relay has the peers of one.
constexpr int kListenerBuffer = 4 << 20;
constexpr int kRelayBuffer = 1 << 20;

constexpr int kFlags = MSG_DONTWAIT | MSG_NOSIGNAL;

bool set_option(int descriptor, int level, int name, int value) {
  return setsockopt(descriptor, level, name, &value, sizeof(value)) == 0;
}

bool prepare(int descriptor, bool ipv6, const SocketSetup& setup) {
  set_option(descriptor, SOL_SOCKET, SO_RCVBUF, setup.buffer);
  set_option(descriptor, SOL_SOCKET, SO_SNDBUF, setup.buffer);
  // A kernel before 5.0 has none; then every packet comes alone.
  if (setup.runs) set_option(descriptor, SOL_UDP, UDP_GRO, 1);
  const int level = ipv6 ? IPPROTO_IPV6 : IPPROTO_IP;
  const auto need = [&](bool wanted, int where, int name, int value) {
    return !wanted || set_option(descriptor, where, name, value);
  };
  return need(setup.shared, SOL_SOCKET, SO_REUSEPORT, 1) &&
         need(ipv6 && !setup.both_families, IPPROTO_IPV6, IPV6_V6ONLY, 1) &&
         need(setup.tos, level, ipv6 ? IPV6_RECVTCLASS : IP_RECVTOS, 1) &&
         need(setup.relay, level, ipv6 ? IPV6_RECVERR : IP_RECVERR, 1) &&
         need(setup.relay, level, ipv6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER, ipv6 ? IPV6_PMTUDISC_DONT : IP_PMTUDISC_DONT);
}

SocketSetup for_plane(int buffer) {
  SocketSetup setup{buffer};
  setup.runs = setup.tos = true;
  return setup;
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

int open_socket(const Address& where, const SocketSetup& setup) {
  const SocketAddress to = to_socket(where);
  const int descriptor = socket(to.storage.sin6_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -errno;
  const auto* address = reinterpret_cast<const sockaddr*>(&to.storage);
  if (prepare(descriptor, where.family == 6, setup) &&
      (setup.connected ? connect(descriptor, address, to.length) : bind(descriptor, address, to.length)) == 0)
    return descriptor;
  const int failure = -errno;
  close(descriptor);
  return failure;
}

int open_first_listener(const Address& where) {
  const int descriptor = open_socket(where, for_plane(kListenerBuffer));
  // Only now: with it, a socket of the same user on that port would not be noticed.
  if (descriptor >= 0) set_option(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
  return descriptor;
}

int open_next_listener(const Address& where) {
  SocketSetup setup = for_plane(kListenerBuffer);
  setup.shared = true;
  return open_socket(where, setup);
}

int open_relay_socket(const Address& where) {
  SocketSetup setup = for_plane(kRelayBuffer);
  setup.relay = true;
  return open_socket(where, setup);
}

bool steer_to_first(int descriptor, bool first) {
  if (!first) return set_option(descriptor, SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, 0);
  // The socket with index 0 of the group: the one that was bound first.
  sock_filter always = BPF_STMT(BPF_RET | BPF_K, 0);
  const sock_fprog program{1, &always};
  return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof(program)) == 0;
}

Address local_address(int descriptor) {
  sockaddr_in6 local{};
  socklen_t length = sizeof(local);
  getsockname(descriptor, reinterpret_cast<sockaddr*>(&local), &length);
  return from_socket(local);
}

int send_packet(int descriptor, const SocketAddress& to, const std::uint8_t* data, std::size_t length) {
  const auto* address = reinterpret_cast<const sockaddr*>(&to.storage);
  return sendto(descriptor, data, length, kFlags, address, to.length) < 0 ? errno : 0;
}

// IPv4 has no control message for DF, and a second socket on that port would be given some of its packets and ICMP errors.
// So it is the socket's for as long as the send takes. What other threads send there in these microseconds has DF as well:
// a packet above the path's MTU is lost then, and a run that meets EMSGSIZE leaves packet by packet.
int send_whole(int descriptor, const SocketAddress& to, const std::uint8_t* data, std::size_t length) {
  const bool ipv6 = to.storage.sin6_family == AF_INET6;
  const iovec piece{const_cast<std::uint8_t*>(data), length};
  msghdr message = message_of(&to.storage, to.length, &piece, 1);
  alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(int))> control;
  message.msg_control = control.data();
  if (ipv6)
    add_control(message, IPPROTO_IPV6, IPV6_DONTFRAG, 1);
  else if (!set_option(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO))
    return errno;
  const int failure = sendmsg(descriptor, &message, kFlags) < 0 ? errno : 0;
  if (!ipv6) set_option(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
  return failure;
}

bool knows_runs() {
  const int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return false;
  const bool known = set_option(descriptor, SOL_UDP, UDP_SEGMENT, 0);
  close(descriptor);
  return known;
}

// Runs must have checksums.
void refuse_runs(int descriptor) { set_option(descriptor, SOL_SOCKET, SO_NO_CHECK, 1); }

bool read_socket_error(int descriptor, SocketError& out) {
  for (;;) {
    // The packet that met the error is not looked at.
    alignas(cmsghdr) std::array<std::uint8_t, 512> control;
    sockaddr_in6 peer{};
    msghdr message = message_of(&peer, sizeof(peer), nullptr, 0);
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

int pending_error(int descriptor) {
  int error = 0;
  socklen_t length = sizeof(error);
  return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

}  // namespace turnpike
