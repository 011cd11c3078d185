// A UDP socket in Node's event loop.
#pragma once

#include <node_api.h>
#include <uv.h>

#include <memory>

namespace turnpike {

// Calls `wake(events)` when something waits: UV_READABLE, UV_WRITABLE, or kErrors if an error waits. An adopted descriptor
// (`bind({ fd })` of node:dgram) will not do: libuv 1.52 reads the error queue itself, and Node 24 aborts on what that gives,
// so that one ICMP error would end the process.
class PolledSocket {
 public:
  // EPOLLERR, which libuv does not name.
  static constexpr int kErrors = 64;

  // Takes the descriptor over, and lives until it is closed, or until the environment ends. Null if there is no memory for
  // it, or `wake` is no function.
  static std::shared_ptr<PolledSocket> create(napi_env env, int descriptor, napi_value wake);
  ~PolledSocket() { release(); }
  PolledSocket(const PolledSocket&) = delete;
  PolledSocket& operator=(const PolledSocket&) = delete;

  // -1 once closed.
  int descriptor() const { return descriptor_; }
  // Wakes also when there is room to send, or no longer.
  void watch_writable(bool on);
  void close();

 private:
  PolledSocket(napi_env env, int descriptor) : env_(env), descriptor_(descriptor) {}
  bool start();
  void release();
  void woken(int events);

  napi_env env_;
  int descriptor_;
  int events_ = UV_READABLE;
  uv_poll_t poll_{};
  napi_ref wake_ = nullptr;
  napi_async_cleanup_hook_handle cleanup_ = nullptr;
  // libuv needs `poll_` until it has said that it is closed.
  std::shared_ptr<PolledSocket> self_;
};

}  // namespace turnpike
