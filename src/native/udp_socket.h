// A UDP socket of Linux with what node:dgram has not: the DF bit, and the ICMP errors about its packets.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace turnpike {

struct Endpoint {
  sockaddr_storage storage;
  socklen_t length;
};

// Undefined if `address` is no literal IPv4 or IPv6 address.
std::optional<Endpoint> endpoint_of(const char* address, std::uint16_t port);
std::string address_of(const sockaddr_storage& from);
std::uint16_t port_of(const sockaddr_storage& from);

// One entry of the error queue (man 7 ip, IP_RECVERR).
struct SocketError {
  // Where the packet was going.
  sockaddr_storage peer;
  std::uint8_t origin;
  std::uint8_t type;
  std::uint8_t code;
  // The MTU, where the error is about one.
  std::uint32_t info;
};

// A datagram, in the slot of its index.
struct Received {
  sockaddr_storage from;
  std::size_t length;
};

class UdpSocket {
 public:
  // The largest datagram, and the size of a slot.
  static constexpr std::size_t kSlot = 65536;
  static constexpr std::size_t kBatch = 32;

  UdpSocket() = default;
  ~UdpSocket() { close(); }
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  // These return 0 or errno. `buffer_bytes` is capped by net.core.{r,w}mem_max.
  int open(const Endpoint& where, int buffer_bytes);
  // For batches: bound, or connected if there is a peer. What the kernel joins of one sender's is taken as one (UDP_GRO).
  int open_for_batches(const Endpoint& where, bool connected, int buffer_bytes);
  // For tests: UDP_SEGMENT is refused from now on with EINVAL, as where a path's MTU is too small for it.
  void refuse_segments() const;
  int send(const std::uint8_t* data, std::size_t length, const Endpoint& to, bool dont_fragment) const;

  // Takes what waits, at most kBatch and one for each whole slot in `slots`.
  std::vector<Received> receive(std::uint8_t* slots, std::size_t length) const;
  // Takes what the error queue holds, at most kBatch.
  std::vector<SocketError> read_errors() const;
  std::uint16_t port() const;
  sockaddr_storage local() const;
  // Takes the errno that waits (SO_ERROR).
  int pending_error() const;
  int descriptor() const { return descriptor_; }
  void close();

 private:
  int prepare(int buffer_bytes) const;
  int set_dont_fragment(bool on) const;

  int descriptor_ = -1;
  bool ipv6_ = false;
};

}  // namespace turnpike
