#include "aead_functions.h"

#include <memory>
#include <utility>

#include "aead.h"
#include "values.h"

namespace turnpike {
namespace {

constexpr napi_type_tag kAeadTag = {0x7475726e70696b65, 0x61657367636d3031};

struct Part {
  std::uint8_t* data;
  std::size_t length;
};

// The bytes [start, end) of an argument that is to be changed in place.
bool part_of(napi_env env, napi_value bytes, napi_value start, napi_value end, Part& part) {
  const auto whole = bytes_of(env, bytes);
  if (!whole) return false;
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  if (napi_get_value_uint32(env, start, &from) != napi_ok || napi_get_value_uint32(env, end, &to) != napi_ok ||
      from > to || to > whole->length) {
    throw_error(env, "NATIVE_ARGUMENT", "a range inside the bytes is expected");
    return false;
  }
  part = {const_cast<std::uint8_t*>(whole->data) + from, to - from};
  return true;
}

// aead(key, seals): a handle
napi_value create(napi_env env, napi_callback_info info) {
  const Arguments<2> arguments(env, info);
  const auto key = bytes_of(env, arguments[0]);
  if (!key) return nullptr;
  bool seals = false;
  napi_get_value_bool(env, arguments[1], &seals);
  const auto direction = seals ? Aead::Direction::kSeal : Aead::Direction::kOpen;
  auto made = Aead::create(direction, key->data, key->length);
  if (!made) return throw_error(env, "NATIVE_ARGUMENT", "a key of 16 or 32 bytes is expected");
  return make_handle(env, std::move(made), kAeadTag);
}

// seal and open(handle, nonce, bytes, start, end, plain): whether it was done
template <bool (Aead::*method)(const std::uint8_t*, std::uint8_t*, std::size_t, std::size_t) const>
napi_value run(napi_env env, napi_callback_info info) {
  const Arguments<6> arguments(env, info);
  const auto* aead = from_handle<Aead>(env, arguments[0], kAeadTag);
  if (aead == nullptr) return nullptr;
  const auto nonce = bytes_of(env, arguments[1]);
  if (!nonce) return nullptr;
  Part packet{};
  std::uint32_t plain = 0;
  if (!part_of(env, arguments[2], arguments[3], arguments[4], packet)) return nullptr;
  if (nonce->length != kGcmNonceLength || napi_get_value_uint32(env, arguments[5], &plain) != napi_ok)
    return throw_error(env, "NATIVE_ARGUMENT", "a nonce of 12 bytes and a length are expected");
  napi_value done = nullptr;
  napi_get_boolean(env, (aead->*method)(nonce->data, packet.data, packet.length, plain), &done);
  return done;
}

}  // namespace

void define_aead(napi_env env, napi_value exports) {
  define(env, exports, "aead", create);
  define(env, exports, "seal", run<&Aead::seal>);
  define(env, exports, "open", run<&Aead::open>);
}

}  // namespace turnpike
