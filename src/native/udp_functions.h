// What JavaScript sees of UDP sockets; addon.ts has the types.
#pragma once

#include <node_api.h>

namespace turnpike {

void define_udp(napi_env env, napi_value exports);

}  // namespace turnpike
