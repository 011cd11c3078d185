// A datagram of a batch, as C++ and JavaScript (datagram-records.ts) both see it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "plane/address.h"

namespace turnpike {

struct DatagramRecord {
  // Where its bytes are in the slab.
  std::uint32_t offset;
  std::uint32_t length;
  // As numbers: text for each packet would cost more than the packet. Family 0 is the one peer of a connected socket.
  Address address;
};
static_assert(sizeof(DatagramRecord) == 28);

// Of one call, in or out.
constexpr std::size_t kMaxRecords = 4096;

}  // namespace turnpike
