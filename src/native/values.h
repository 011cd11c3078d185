// Values between JavaScript and C++. A call that fails leaves a JavaScript exception pending and returns null or false.
#pragma once

#include <node_api.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace turnpike {

struct Bytes {
  const std::uint8_t* data;
  std::size_t length;
};

std::nullptr_t throw_error(napi_env env, const char* code, const char* message);

// The arguments of a call; the missing ones are undefined.
template <std::size_t count>
struct Arguments {
  napi_value values[count] = {};
  Arguments(napi_env env, napi_callback_info info) {
    std::size_t length = count;
    napi_get_cb_info(env, info, &length, values, nullptr, nullptr);
  }
  napi_value operator[](std::size_t index) const { return values[index]; }
};

struct TypedArray {
  void* data;
  std::size_t length;
};

// None if it is not of that type. Valid during the call.
std::optional<TypedArray> typed_array_of(napi_env env, napi_value value, napi_typedarray_type type);
// The bytes of a Buffer or Uint8Array, valid during the call.
std::optional<Bytes> bytes_of(napi_env env, napi_value value);
std::optional<std::string> text_of(napi_env env, napi_value value);

napi_value make_text(napi_env env, const std::string& text);
napi_value make_flag(napi_env env, bool flag);
napi_value make_number(napi_env env, std::int64_t number);
napi_value make_numbers(napi_env env, const double* numbers, std::size_t count);
napi_value make_buffer(napi_env env, const std::uint8_t* bytes, std::size_t length);
napi_value make_buffers(napi_env env, const std::vector<std::vector<std::uint8_t>>& list);
void set(napi_env env, napi_value object, const char* name, napi_value value);
void define(napi_env env, napi_value exports, const char* name, napi_callback function);

// An external that owns `T` until garbage collection. Its type tag keeps one kind of handle from being taken for another.
template <class T>
napi_value make_handle(napi_env env, std::unique_ptr<T> owned, const napi_type_tag& tag) {
  napi_value handle = nullptr;
  T* raw = owned.release();
  const auto finalize = [](node_api_basic_env, void* data, void*) { delete static_cast<T*>(data); };
  if (napi_create_external(env, raw, finalize, nullptr, &handle) != napi_ok) {
    delete raw;
    return throw_error(env, "NATIVE_MEMORY", "the handle was not created");
  }
  napi_type_tag_object(env, handle, &tag);
  return handle;
}

template <class T>
T* from_handle(napi_env env, napi_value value, const napi_type_tag& tag) {
  // Asked for its tag, what is no object would throw an error of its own.
  napi_valuetype type = napi_undefined;
  bool same = false;
  void* data = nullptr;
  if (napi_typeof(env, value, &type) == napi_ok && type == napi_external &&
      napi_check_object_type_tag(env, value, &tag, &same) == napi_ok && same &&
      napi_get_value_external(env, value, &data) == napi_ok)
    return static_cast<T*>(data);
  throw_error(env, "NATIVE_HANDLE", "this is not a handle of the expected kind");
  return nullptr;
}

}  // namespace turnpike
