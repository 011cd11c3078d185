// What JavaScript sees of AES-GCM; addon.ts has the types.
#pragma once

#include <node_api.h>

namespace turnpike {

void define_aead(napi_env env, napi_value exports);

}  // namespace turnpike
