// The sockets of the plane, with what they ask of Linux. Functions return a descriptor, or -errno.
#pragma once

#include <cstddef>
#include <cstdint>

#include "address.h"

namespace turnpike {

// For clients. All but the first of an address share its port (SO_REUSEPORT): the system spreads the clients over them.
// The first one finds out whether somebody else has the port.
int open_first_listener(const Address& where);
int open_next_listener(const Address& where);
// All clients of that address to its first socket, or spread over all of them again.
bool steer_to_first(int descriptor, bool first);
// For one allocation: DF clear (RFC 8656 15), and ICMP errors are told.
int open_relay_socket(const Address& where);
std::uint16_t port_of_socket(int descriptor);
bool set_dont_fragment(int descriptor, std::uint16_t family, bool on);

// Does the system know UDP_SEGMENT?
bool knows_runs();

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

}  // namespace turnpike
