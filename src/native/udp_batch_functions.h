// What JavaScript sees of batched UDP sockets; batch-addon.ts has the types.
#pragma once

#include <node_api.h>

namespace turnpike {

void define_udp_batch(napi_env env, napi_value exports);

}  // namespace turnpike
