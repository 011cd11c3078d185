#include "values.h"

namespace turnpike {

std::nullptr_t throw_error(napi_env env, const char* code, const char* message) {
  napi_throw_error(env, code, message);
  return nullptr;
}

std::optional<TypedArray> typed_array_of(napi_env env, napi_value value, napi_typedarray_type type) {
  bool is_typed_array = false;
  napi_typedarray_type found = napi_int8_array;
  TypedArray array{};
  if (napi_is_typedarray(env, value, &is_typed_array) == napi_ok && is_typed_array &&
      napi_get_typedarray_info(env, value, &found, &array.length, &array.data, nullptr, nullptr) == napi_ok &&
      found == type)
    return array;
  return std::nullopt;
}

std::optional<Bytes> bytes_of(napi_env env, napi_value value) {
  if (const auto array = typed_array_of(env, value, napi_uint8_array))
    return Bytes{static_cast<const std::uint8_t*>(array->data), array->length};
  throw_error(env, "NATIVE_ARGUMENT", "a Uint8Array is expected");
  return std::nullopt;
}

std::optional<std::string> text_of(napi_env env, napi_value value) {
  std::size_t length = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) {
    throw_error(env, "NATIVE_ARGUMENT", "a string is expected");
    return std::nullopt;
  }
  std::string text(length, '\0');
  napi_get_value_string_utf8(env, value, text.data(), length + 1, &length);
  return text;
}

napi_value make_text(napi_env env, const std::string& text) {
  napi_value value = nullptr;
  napi_create_string_utf8(env, text.data(), text.size(), &value);
  return value;
}

napi_value make_flag(napi_env env, bool flag) {
  napi_value value = nullptr;
  napi_get_boolean(env, flag, &value);
  return value;
}

napi_value make_number(napi_env env, std::int64_t number) {
  napi_value value = nullptr;
  napi_create_int64(env, number, &value);
  return value;
}

napi_value make_numbers(napi_env env, const double* numbers, std::size_t count) {
  napi_value list = nullptr;
  napi_create_array_with_length(env, count, &list);
  for (std::uint32_t i = 0; i < count; i++) {
    napi_value number = nullptr;
    napi_create_double(env, numbers[i], &number);
    napi_set_element(env, list, i, number);
  }
  return list;
}

napi_value make_buffer(napi_env env, const std::uint8_t* bytes, std::size_t length) {
  napi_value value = nullptr;
  napi_create_buffer_copy(env, length, bytes, nullptr, &value);
  return value;
}

napi_value make_buffers(napi_env env, const std::vector<std::vector<std::uint8_t>>& list) {
  napi_value array = nullptr;
  napi_create_array_with_length(env, list.size(), &array);
  std::uint32_t index = 0;
  for (const auto& bytes : list) napi_set_element(env, array, index++, make_buffer(env, bytes.data(), bytes.size()));
  return array;
}

void set(napi_env env, napi_value object, const char* name, napi_value value) {
  napi_set_named_property(env, object, name, value);
}

void define(napi_env env, napi_value exports, const char* name, napi_callback function) {
  napi_value value = nullptr;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, function, nullptr, &value) == napi_ok)
    set(env, exports, name, value);
}

}  // namespace turnpike
