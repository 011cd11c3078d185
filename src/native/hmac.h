#pragma once

#include <cstddef>
#include <cstdint>

namespace turnpike {

// HMAC-SHA256 by OpenSSL, with a key of 32 bytes; `out` has 32. From any thread.
void hmac_sha256(const std::uint8_t* key, const std::uint8_t* bytes, std::size_t length, std::uint8_t* out);

}  // namespace turnpike
