#include "hmac_functions.h"

#include <memory>

#include "arguments.h"
#include "hmac.h"

namespace turnpike {
namespace {

constexpr napi_type_tag kHmacTag = {0x7475726e70696b65, 0x686d61636b657931};

// hmacKey(key): a handle
napi_value create(napi_env env, napi_callback_info info) {
  Checked<1> call(env, info);
  const Bytes key = call.bytes();
  return call.ok() ? make_handle(env, std::make_unique<HmacKey>(key.data, key.length), kHmacTag) : nullptr;
}

// hmac(handle, sha256, first, second, out)
napi_value write(napi_env env, napi_callback_info info) {
  Checked<5> call(env, info);
  auto* key = call.handle<HmacKey>(kHmacTag);
  const auto digest = call.flag() ? HmacKey::Digest::kSha256 : HmacKey::Digest::kSha1;
  const Bytes first = call.bytes();
  const Bytes second = call.bytes();
  const Bytes out = call.bytes();
  if (call.ok() && !key->write(digest, {first.data, first.length}, {second.data, second.length},
                               const_cast<std::uint8_t*>(out.data), out.length))
    call.fail("NATIVE_OPENSSL", "OpenSSL refused the HMAC");
  return nullptr;
}

}  // namespace

void define_hmac(napi_env env, napi_value exports) {
  define(env, exports, "hmacKey", create);
  define(env, exports, "hmac", write);
}

}  // namespace turnpike
