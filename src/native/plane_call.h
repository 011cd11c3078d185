// The arguments of the functions of the packet plane: its handle first.
#pragma once

#include "arguments.h"
#include "plane_handle.h"

namespace turnpike {

template <std::size_t count>
class Call : public Checked<count> {
 public:
  Call(napi_env env, napi_callback_info info)
      : Checked<count>(env, info), handle_(Checked<count>::template handle<PlaneHandle>(kPlaneTag)) {
    if (handle_ != nullptr && !handle_->plane) this->fail("NATIVE_CLOSED", "the packet plane is closed");
  }
  Plane& plane() const { return *handle_->plane; }
  PlaneHandle& handle() const { return *handle_; }
  Span bytes() {
    const Bytes found = Checked<count>::bytes();
    return {found.data, found.length};
  }

 private:
  PlaneHandle* handle_;
};

}  // namespace turnpike
