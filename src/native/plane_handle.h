// Who owns a packet plane for JavaScript, and how its lanes call JavaScript.
#pragma once

#include <node_api.h>

#include <memory>

#include "plane/plane.h"

namespace turnpike {

inline constexpr napi_type_tag kPlaneTag = {0x7475726e70696b65, 0x7061636b65747031};

// A call of JavaScript's function for each batch that goes up.
class JavascriptWaker final : public Waker {
 public:
  bool open(napi_env env, napi_value callback) {
    napi_value name = nullptr;
    napi_create_string_utf8(env, "packet plane", NAPI_AUTO_LENGTH, &name);
    const auto call = [](napi_env where, napi_value function, void*, void*) {
      if (where == nullptr) return;
      napi_value receiver = nullptr;
      napi_get_undefined(where, &receiver);
      napi_call_function(where, receiver, function, 0, nullptr, nullptr);
    };
    // One lane has at most one call under way.
    if (napi_create_threadsafe_function(env, callback, nullptr, name, Plane::kMostLanes, 1, nullptr, nullptr, nullptr, call,
                                        &function_) != napi_ok)
      return false;
    napi_unref_threadsafe_function(env, function_);
    return true;
  }
  // Until then a plane without sockets does not keep the process running.
  void keep_running(napi_env env) { napi_ref_threadsafe_function(env, function_); }
  void close() {
    if (function_ != nullptr) napi_release_threadsafe_function(function_, napi_tsfn_abort);
    function_ = nullptr;
  }
  void wake() override { napi_call_threadsafe_function(function_, nullptr, napi_tsfn_nonblocking); }

 private:
  napi_threadsafe_function function_ = nullptr;
};

class PlaneHandle {
 public:
  explicit PlaneHandle(napi_env env) : env_(env) {}
  ~PlaneHandle() { close(); }
  PlaneHandle(const PlaneHandle&) = delete;
  PlaneHandle& operator=(const PlaneHandle&) = delete;

  bool open(const PlaneSetup& setup, napi_value callback) {
    if (!waker_.open(env_, callback)) return false;
    plane = std::make_unique<Plane>(setup, waker_);
    napi_add_env_cleanup_hook(env_, close_at_exit, this);
    return true;
  }
  void keep_running() { waker_.keep_running(env_); }
  // The threads have ended when it returns, whatever they were at.
  void close() {
    if (!plane) return;
    napi_remove_env_cleanup_hook(env_, close_at_exit, this);
    plane.reset();
    waker_.close();
  }

  std::unique_ptr<Plane> plane;

 private:
  static void close_at_exit(void* handle) { static_cast<PlaneHandle*>(handle)->close(); }
  napi_env env_;
  JavascriptWaker waker_;
};

}  // namespace turnpike
