#include "hmac.h"

#include <openssl/hmac.h>

namespace turnpike {

void hmac_sha256(const std::uint8_t* key, const std::uint8_t* bytes, std::size_t length, std::uint8_t* out) {
  HMAC(EVP_sha256(), key, 32, bytes, length, out, nullptr);
}

}  // namespace turnpike
