// What JavaScript sees of HMAC; addon.ts has the types.
#pragma once

#include <node_api.h>

namespace turnpike {

void define_hmac(napi_env env, napi_value exports);

}  // namespace turnpike
