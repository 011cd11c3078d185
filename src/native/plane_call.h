// Checked arguments for the functions of the packet plane.
#pragma once

#include <array>
#include <optional>

#include "plane_handle.h"
#include "values.h"

namespace turnpike {

// The arguments of one call, read one after the other. The first that is wrong throws; then nothing is done.
template <std::size_t count>
class Call {
 public:
  Call(napi_env env, napi_callback_info info) : env_(env), arguments_(env, info) {
    handle_ = from_handle<PlaneHandle>(env, arguments_[next_++], kPlaneTag);
    ok_ = handle_ != nullptr;
    if (ok_ && !handle_->plane) fail("NATIVE_CLOSED", "the packet plane is closed");
  }
  bool ok() const { return ok_; }
  Plane& plane() const { return *handle_->plane; }
  PlaneHandle& handle() const { return *handle_; }

  std::uint32_t number(std::uint32_t least, std::uint32_t most, const char* complaint) {
    double value = 0;
    const bool read = ok_ && napi_get_value_double(env_, arguments_[next_++], &value) == napi_ok;
    if (read && value >= least && value <= most) return static_cast<std::uint32_t>(value);
    fail("NATIVE_ARGUMENT", complaint);
    return 0;
  }
  double rate() {
    double value = 0;
    if (ok_ && napi_get_value_double(env_, arguments_[next_++], &value) == napi_ok && value >= 0) return value;
    fail("NATIVE_ARGUMENT", "a rate of 0 or more is expected");
    return 0;
  }
  bool flag() {
    bool value = false;
    napi_get_value_bool(env_, arguments_[next_++], &value);
    return value;
  }
  // Two arguments: a literal address, and a port unless `port_too` is false.
  Address address(bool port_too = true) {
    Address out;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (ok_) napi_get_value_string_utf8(env_, arguments_[next_++], text.data(), text.size(), nullptr);
    const std::uint32_t port = port_too ? number(0, UINT16_MAX, "a port of 0 to 65535 is expected") : 0;
    if (ok_ && !parse_address(text.data(), static_cast<std::uint16_t>(port), out))
      fail("NATIVE_ARGUMENT", "a literal IPv4 or IPv6 address is expected");
    return out;
  }
  bool is_undefined() {
    napi_valuetype type = napi_undefined;
    napi_typeof(env_, arguments_[next_], &type);
    return type == napi_undefined;
  }
  Span bytes() {
    const auto found = ok_ ? bytes_of(env_, arguments_[next_++]) : std::nullopt;
    ok_ = ok_ && found;
    return found ? Span{found->data, found->length} : Span{};
  }
  void fail(const char* code, const char* complaint) {
    if (ok_) throw_error(env_, code, complaint);
    ok_ = false;
  }

 private:
  napi_env env_;
  Arguments<count> arguments_;
  std::size_t next_ = 0;
  PlaneHandle* handle_ = nullptr;
  bool ok_ = false;
};

}  // namespace turnpike
