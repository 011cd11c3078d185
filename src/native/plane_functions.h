// The packet plane for JavaScript.
#pragma once

#include <node_api.h>

namespace turnpike {

void define_plane(napi_env env, napi_value exports);

}  // namespace turnpike
