// What waits on a UDP socket, with one system call.
#pragma once

#include <cstddef>
#include <cstdint>

#include "udp_datagram.h"

namespace turnpike {

// Datagrams, or what the kernel has joined of one sender's (UDP_GRO), that one call takes: the rest waits for the next turn
// of the event loop, so that a flood starves nobody.
constexpr std::size_t kIntakeSlots = 32;
// The largest datagram, and the largest that joined ones get.
constexpr std::size_t kIntakeSlot = 65536;

// Fills `slab`, slot by slot, and one record for each datagram. Returns their number, or -errno.
int receive_datagrams(int descriptor, std::uint8_t* slab, std::size_t length, DatagramRecord* records, std::size_t room);

}  // namespace turnpike
