// The CRC-32 of RFC 8489 14.7, eight bytes at a time: some clients put FINGERPRINT on every packet.
#pragma once

#include <cstddef>
#include <cstdint>

namespace turnpike {

std::uint32_t crc32(const std::uint8_t* bytes, std::size_t length);

}  // namespace turnpike
