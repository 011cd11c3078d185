// The arguments of a call of JavaScript, checked.
#pragma once

#include <array>
#include <climits>
#include <cstring>

#include "plane/address.h"
#include "values.h"

namespace turnpike {

template <class T>
struct Words {
  T* data;
  std::size_t count;
};

// Read one after the other. The first that is wrong throws; what is read after it is empty, and then nothing may be done.
template <std::size_t count>
class Checked {
 public:
  Checked(napi_env env, napi_callback_info info) : env_(env), arguments_(env, info) {}
  bool ok() const { return ok_; }

  template <class T>
  T* handle(const napi_type_tag& tag) {
    T* const found = ok_ ? from_handle<T>(env_, next(), tag) : nullptr;
    ok_ = found != nullptr;
    return found;
  }
  // Without its fraction.
  std::uint32_t number(double least, double most, const char* complaint) {
    const double value = any_number(complaint);
    // Not a number is neither.
    if (value >= least && value <= most) return static_cast<std::uint32_t>(value);
    fail(complaint);
    return 0;
  }
  int buffer_size() { return static_cast<int>(number(0, INT_MAX, "a number of bytes is expected")); }
  double rate() {
    const char* const complaint = "a rate of 0 or more is expected";
    const double value = any_number(complaint);
    if (value >= 0) return value;
    fail(complaint);
    return 0;
  }
  bool flag() {
    bool value = false;
    if (ok_ && napi_get_value_bool(env_, next(), &value) != napi_ok) fail("a boolean is expected");
    return value;
  }
  // Two arguments: a literal address, and a port unless `port_too` is false.
  Address address(bool port_too = true) {
    Address out;
    if (!literal(out, port_too)) fail("a literal IPv4 or IPv6 address is expected, and a port of 0 to 65535");
    return out;
  }
  // The same; if they are a string and a number that make no address, this is no mistake of the caller's. False then.
  bool literal(Address& out, bool port_too = true) {
    // One more than the longest, so that it is seen if there is more.
    std::array<char, INET6_ADDRSTRLEN + 1> text{};
    std::size_t length = 0;
    if (ok_ && napi_get_value_string_utf8(env_, next(), text.data(), text.size(), &length) != napi_ok)
      fail("an address is expected");
    const double port = port_too ? any_number("a port is expected") : 0;
    return ok_ && length < INET6_ADDRSTRLEN && std::strlen(text.data()) == length && port >= 0 && port <= UINT16_MAX &&
           parse_address(text.data(), static_cast<std::uint16_t>(port), out);
  }
  bool is_undefined() {
    napi_valuetype type = napi_undefined;
    napi_typeof(env_, arguments_[next_], &type);
    return type == napi_undefined;
  }
  Bytes bytes() {
    const auto found = ok_ ? bytes_of(env_, next()) : std::nullopt;
    ok_ = found.has_value();
    return found.value_or(Bytes{});
  }
  // A Uint32Array, as whole `T`; at least one. Valid during the call.
  template <class T>
  Words<T> words() {
    constexpr std::size_t kEach = sizeof(T) / sizeof(std::uint32_t);
    const auto found = ok_ ? typed_array_of(env_, next(), napi_uint32_array) : std::nullopt;
    if (!found || found->length < kEach) fail("a Uint32Array of whole records is expected");
    return ok_ ? Words<T>{static_cast<T*>(found->data), found->length / kEach} : Words<T>{};
  }
  std::string text() {
    const auto found = ok_ ? text_of(env_, next()) : std::nullopt;
    ok_ = found.has_value();
    return found.value_or(std::string());
  }
  napi_value function() {
    napi_valuetype type = napi_undefined;
    napi_value value = ok_ ? next() : nullptr;
    if (ok_ && (napi_typeof(env_, value, &type) != napi_ok || type != napi_function)) fail("a function is expected");
    return value;
  }
  void fail(const char* code, const char* complaint) {
    if (ok_) throw_error(env_, code, complaint);
    ok_ = false;
  }
  void fail(const char* complaint) { fail("NATIVE_ARGUMENT", complaint); }

 private:
  napi_value next() { return arguments_[next_++]; }
  double any_number(const char* complaint) {
    double value = 0;
    if (ok_ && napi_get_value_double(env_, next(), &value) != napi_ok) fail(complaint);
    return value;
  }

  napi_env env_;
  Arguments<count> arguments_;
  std::size_t next_ = 0;
  bool ok_ = true;
};

}  // namespace turnpike
