#include "udp_poll.h"

#include <unistd.h>

#include <utility>

namespace turnpike {

std::shared_ptr<PolledSocket> PolledSocket::create(napi_env env, int descriptor, napi_value wake) {
  std::shared_ptr<PolledSocket> polled(new PolledSocket(env, descriptor));
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) return nullptr;
  if (napi_create_reference(env, wake, 1, &polled->wake_) != napi_ok) return nullptr;
  if (uv_poll_init(loop, &polled->poll_, descriptor) != 0) {
    napi_delete_reference(env, polled->wake_);
    return nullptr;
  }
  polled->poll_.data = polled.get();
  polled->self_ = polled;
  const auto ended = [](napi_async_cleanup_hook_handle, void* data) { static_cast<PolledSocket*>(data)->close(); };
  napi_add_async_cleanup_hook(env, ended, polled.get(), &polled->cleanup_);
  if (polled->start()) return polled;
  polled->close();
  return nullptr;
}

bool PolledSocket::start() {
  const auto on_event = [](uv_poll_t* poll, int status, int events) {
    auto* polled = static_cast<PolledSocket*>(poll->data);
    // libuv stops at EPOLLERR, which here says only that the error queue holds something.
    if (status < 0) polled->start();
    polled->woken(status < 0 ? kErrors : events);
  };
  return uv_poll_start(&poll_, events_, on_event) == 0;
}

void PolledSocket::watch_writable(bool on) {
  const int events = on ? UV_READABLE | UV_WRITABLE : UV_READABLE;
  if (descriptor_ < 0 || events == events_) return;
  events_ = events;
  start();
}

void PolledSocket::woken(int events) {
  napi_handle_scope scope = nullptr;
  napi_open_handle_scope(env_, &scope);
  napi_value wake = nullptr;
  napi_value receiver = nullptr;
  napi_value argument = nullptr;
  napi_get_reference_value(env_, wake_, &wake);
  napi_get_global(env_, &receiver);
  napi_create_int32(env_, events, &argument);
  if (napi_make_callback(env_, nullptr, receiver, wake, 1, &argument, nullptr) == napi_pending_exception) {
    napi_value thrown = nullptr;
    napi_get_and_clear_last_exception(env_, &thrown);
    napi_fatal_exception(env_, thrown);
  }
  napi_close_handle_scope(env_, scope);
}

void PolledSocket::close() {
  if (descriptor_ < 0) return;
  const auto on_closed = [](uv_handle_t* handle) {
    const auto last = std::move(static_cast<PolledSocket*>(handle->data)->self_);
    napi_remove_async_cleanup_hook(last->cleanup_);
  };
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), on_closed);
  napi_delete_reference(env_, wake_);
  release();
}

void PolledSocket::release() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

}  // namespace turnpike
