#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "owned.h"

namespace turnpike {

// HMAC-SHA256 by OpenSSL, with a key of 32 bytes; `out` has 32. From any thread.
void hmac_sha256(const std::uint8_t* key, const std::uint8_t* bytes, std::size_t length, std::uint8_t* out);

// One key for many HMACs. What depends on the key alone is computed once for each digest; of an HMAC over a STUN message
// that is three quarters. From one thread.
class HmacKey {
 public:
  enum class Digest : std::size_t { kSha1, kSha256 };
  struct Part {
    const std::uint8_t* data;
    std::size_t length;
  };

  HmacKey(const std::uint8_t* key, std::size_t length) : key_(key, key + length) {}
  HmacKey(const HmacKey&) = delete;
  HmacKey& operator=(const HmacKey&) = delete;
  ~HmacKey();

  // Over both parts, one behind the other; as much of it as `out` has room for. False if OpenSSL refuses.
  bool write(Digest digest, Part first, Part second, std::uint8_t* out, std::size_t room);

 private:
  EVP_MAC_CTX* ready(Digest digest);

  std::vector<std::uint8_t> key_;
  std::array<MacPointer, 2> made_;
};

}  // namespace turnpike
