#include "aead_functions.h"

#include <memory>
#include <utility>

#include "aead.h"
#include "arguments.h"

namespace turnpike {
namespace {

constexpr napi_type_tag kAeadTag = {0x7475726e70696b65, 0x61657367636d3031};
constexpr const char* kBadRange = "a range inside the bytes is expected";

// aead(key, seals): a handle
napi_value create(napi_env env, napi_callback_info info) {
  Checked<2> call(env, info);
  const Bytes key = call.bytes();
  const auto direction = call.flag() ? Aead::Direction::kSeal : Aead::Direction::kOpen;
  auto made = call.ok() ? Aead::create(direction, key.data, key.length) : nullptr;
  if (!made) call.fail("a key of 16 or 32 bytes is expected");
  return call.ok() ? make_handle(env, std::move(made), kAeadTag) : nullptr;
}

// seal and open(handle, nonce, bytes, start, end, plain): whether it was done
template <bool (Aead::*method)(const std::uint8_t*, std::uint8_t*, std::size_t, std::size_t) const>
napi_value run(napi_env env, napi_callback_info info) {
  Checked<6> call(env, info);
  const auto* aead = call.handle<Aead>(kAeadTag);
  const Bytes nonce = call.bytes();
  if (nonce.length != kGcmNonceLength) call.fail("a nonce of 12 bytes is expected");
  const Bytes whole = call.bytes();
  const std::uint32_t start = call.number(0, UINT32_MAX, kBadRange);
  const std::uint32_t end = call.number(0, UINT32_MAX, kBadRange);
  if (start > end || end > whole.length) call.fail(kBadRange);
  const std::uint32_t plain = call.number(0, UINT32_MAX, "a length is expected");
  if (!call.ok()) return nullptr;
  return make_flag(env, (aead->*method)(nonce.data, const_cast<std::uint8_t*>(whole.data) + start, end - start, plain));
}

}  // namespace

void define_aead(napi_env env, napi_value exports) {
  define(env, exports, "aead", create);
  define(env, exports, "seal", run<&Aead::seal>);
  define(env, exports, "open", run<&Aead::open>);
}

}  // namespace turnpike
