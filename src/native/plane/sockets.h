// UDP sockets, with what is asked of Linux for them: those of the plane, and those of Node's event loop (../udp_poll.h).
#pragma once

#include <cstddef>
#include <cstdint>

#include "address.h"

namespace turnpike {

struct SocketSetup {
  // Bytes for each direction; capped by the system (net.core.{r,w}mem_max).
  int buffer;
  // `where` is not its own address, but that of the one it talks with.
  bool connected = false;
  // Hears IPv4 too on the IPv6 address of all interfaces.
  bool both_families = false;
  // May share its port with others that may.
  bool shared = false;
  // Takes packets that the system has put together as one, if the system can.
  bool runs = false;
  // Is told the TOS of packets.
  bool tos = false;
  // For an allocation: DF is clear unless asked for (RFC 8656 15), and ICMP errors are told.
  bool relay = false;
};

// A descriptor, or -errno, as those that follow.
int open_socket(const Address& where, const SocketSetup& setup);

// For clients. All but the first of an address share its port (SO_REUSEPORT): the system spreads the clients over them.
// The first one finds out whether somebody else has the port.
int open_first_listener(const Address& where);
int open_next_listener(const Address& where);
// For one allocation.
int open_relay_socket(const Address& where);

// All clients of that address to its first socket, or spread over all of them again.
bool steer_to_first(int descriptor, bool first);
Address local_address(int descriptor);
inline std::uint16_t port_of_socket(int descriptor) { return local_address(descriptor).port; }

// One packet. 0, or errno.
int send_packet(int descriptor, const SocketAddress& to, const std::uint8_t* data, std::size_t length);
// The same, with DF set on the socket of a relay: EMSGSIZE if it is too large for the path.
int send_whole(int descriptor, const SocketAddress& to, const std::uint8_t* data, std::size_t length);

// Does the system know UDP_SEGMENT?
bool knows_runs();
// For tests: it is refused from now on with EINVAL, as where a path's MTU is too small for it.
void refuse_runs(int descriptor);

// One entry of the error queue (man 7 ip, IP_RECVERR).
struct SocketError {
  // Where the packet was going.
  Address peer;
  // SO_EE_ORIGIN_*.
  std::uint8_t origin;
  std::uint8_t type;
  std::uint8_t code;
  // The MTU, where the error is about one.
  std::uint32_t info;
  std::uint32_t error;
};

// False once the queue is empty.
bool read_socket_error(int descriptor, SocketError& out);
// Takes the errno that waits (SO_ERROR), or 0.
int pending_error(int descriptor);

}  // namespace turnpike
