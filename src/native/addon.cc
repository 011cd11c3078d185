// The functions that JavaScript sees; addon.ts has their types.
#include <node_api.h>

#include <array>
#include <utility>

#include "aead_functions.h"
#include "dtls_connection.h"
#include "dtls_context.h"
#include "plane_functions.h"
#include "udp_batch_functions.h"
#include "udp_functions.h"
#include "values.h"

namespace turnpike {
namespace {

constexpr napi_type_tag kContextTag = {0x7475726e70696b65, 0x636f6e7465787431};
constexpr napi_type_tag kConnectionTag = {0x7475726e70696b65, 0x636f6e6e65637431};

// What one connection holds outside of JavaScript's heap, roughly: so that garbage is collected in time.
constexpr std::int64_t kConnectionBytes = 64 * 1024;

// The handle of a connection; emptied by close, while the handle itself lives until garbage collection.
class ConnectionHandle {
 public:
  ConnectionHandle(napi_env env, std::unique_ptr<DtlsConnection> owned) : connection(std::move(owned)), env_(env) {
    account(kConnectionBytes);
  }
  ~ConnectionHandle() { release(); }
  ConnectionHandle(const ConnectionHandle&) = delete;
  ConnectionHandle& operator=(const ConnectionHandle&) = delete;

  void release() {
    if (!connection) return;
    connection.reset();
    account(-kConnectionBytes);
  }

  std::unique_ptr<DtlsConnection> connection;

 private:
  void account(std::int64_t bytes) const {
    std::int64_t total = 0;
    napi_adjust_external_memory(env_, bytes, &total);
  }
  napi_env env_;
};

DtlsConnection* open_connection(napi_env env, napi_value value) {
  auto* handle = from_handle<ConnectionHandle>(env, value, kConnectionTag);
  if (handle == nullptr) return nullptr;
  if (!handle->connection) return throw_error(env, "NATIVE_CLOSED", "the connection is closed");
  return handle->connection.get();
}

const char* name_of(DtlsState state) {
  switch (state) {
    case DtlsState::kHandshake:
      return "handshake";
    case DtlsState::kConnected:
      return "connected";
    case DtlsState::kFailed:
      return "failed";
    case DtlsState::kClosed:
      return "closed";
  }
  return "";
}

// { state, timeoutMs, datagrams, data, failure, detail }: all that a caller has to look at after each step.
napi_value outcome(napi_env env, DtlsConnection& connection) {
  napi_value result = nullptr;
  napi_create_object(env, &result);
  set(env, result, "state", make_text(env, name_of(connection.state())));
  set(env, result, "timeoutMs", make_number(env, connection.timeout_ms()));
  set(env, result, "datagrams", make_buffers(env, connection.take_datagrams()));
  set(env, result, "data", make_buffers(env, connection.take_data()));
  if (connection.state() == DtlsState::kFailed) {
    set(env, result, "failure", make_text(env, connection.failure()));
    set(env, result, "detail", make_text(env, connection.detail()));
  }
  return result;
}

napi_value create_context(napi_env env, napi_callback_info) {
  auto context = DtlsContext::create();
  if (!context) return throw_error(env, "NATIVE_OPENSSL", "OpenSSL refused the DTLS context");
  return make_handle(env, std::move(context), kContextTag);
}

napi_value context_fingerprint(napi_env env, napi_callback_info info) {
  const Arguments<1> arguments(env, info);
  const auto* context = from_handle<DtlsContext>(env, arguments[0], kContextTag);
  if (context == nullptr) return nullptr;
  return make_buffer(env, context->fingerprint().data(), context->fingerprint().size());
}

// accept(context, digest, fingerprint, profiles, cookieExchange)
napi_value accept_connection(napi_env env, napi_callback_info info) {
  const Arguments<5> arguments(env, info);
  const auto* context = from_handle<DtlsContext>(env, arguments[0], kContextTag);
  if (context == nullptr) return nullptr;
  const auto digest_name = text_of(env, arguments[1]);
  if (!digest_name) return nullptr;
  const auto fingerprint = bytes_of(env, arguments[2]);
  if (!fingerprint) return nullptr;
  const auto profiles = text_of(env, arguments[3]);
  if (!profiles) return nullptr;
  bool cookie_exchange = true;
  napi_get_value_bool(env, arguments[4], &cookie_exchange);

  const EVP_MD* digest = EVP_get_digestbyname(digest_name->c_str());
  if (digest == nullptr) return throw_error(env, "NATIVE_ARGUMENT", "the digest is not known");
  ExpectedFingerprint expected{digest, {fingerprint->data, fingerprint->data + fingerprint->length}};
  auto connection = DtlsConnection::create(*context, std::move(expected), *profiles, cookie_exchange);
  if (!connection) return throw_error(env, "NATIVE_OPENSSL", "OpenSSL refused the DTLS connection");

  return make_handle(env, std::make_unique<ConnectionHandle>(env, std::move(connection)), kConnectionTag);
}

napi_value receive(napi_env env, napi_callback_info info) {
  const Arguments<2> arguments(env, info);
  DtlsConnection* connection = open_connection(env, arguments[0]);
  if (connection == nullptr) return nullptr;
  const auto datagram = bytes_of(env, arguments[1]);
  if (!datagram) return nullptr;
  connection->receive(datagram->data, datagram->length);
  return outcome(env, *connection);
}

napi_value retransmit(napi_env env, napi_callback_info info) {
  const Arguments<1> arguments(env, info);
  DtlsConnection* connection = open_connection(env, arguments[0]);
  if (connection == nullptr) return nullptr;
  connection->retransmit();
  return outcome(env, *connection);
}

napi_value send(napi_env env, napi_callback_info info) {
  const Arguments<2> arguments(env, info);
  DtlsConnection* connection = open_connection(env, arguments[0]);
  if (connection == nullptr) return nullptr;
  const auto data = bytes_of(env, arguments[1]);
  if (!data) return nullptr;
  connection->send(data->data, data->length);
  return outcome(env, *connection);
}

napi_value profile(napi_env env, napi_callback_info info) {
  const Arguments<1> arguments(env, info);
  DtlsConnection* connection = open_connection(env, arguments[0]);
  return connection == nullptr ? nullptr : make_text(env, connection->profile());
}

// keys(connection, length)
napi_value keys(napi_env env, napi_callback_info info) {
  const Arguments<2> arguments(env, info);
  DtlsConnection* connection = open_connection(env, arguments[0]);
  if (connection == nullptr) return nullptr;
  std::uint32_t length = 0;
  constexpr std::uint32_t kMaximum = 256;
  if (napi_get_value_uint32(env, arguments[1], &length) != napi_ok || length > kMaximum)
    return throw_error(env, "NATIVE_ARGUMENT", "a length of 0 to 256 is expected");
  auto material = connection->keying_material(length);
  napi_value copy = make_buffer(env, material.data(), material.size());
  OPENSSL_cleanse(material.data(), material.size());
  return copy;
}

// Says good-bye and frees at once, whatever holds the handle.
napi_value close(napi_env env, napi_callback_info info) {
  const Arguments<1> arguments(env, info);
  auto* handle = from_handle<ConnectionHandle>(env, arguments[0], kConnectionTag);
  if (handle == nullptr) return nullptr;
  if (!handle->connection) return throw_error(env, "NATIVE_CLOSED", "the connection is closed");
  handle->connection->shut_down();
  napi_value result = outcome(env, *handle->connection);
  handle->release();
  return result;
}

}  // namespace
}  // namespace turnpike

NAPI_MODULE_INIT() {
  using namespace turnpike;
  constexpr std::array<std::pair<const char*, napi_callback>, 9> functions{{
      {"createContext", create_context},
      {"contextFingerprint", context_fingerprint},
      {"accept", accept_connection},
      {"receive", receive},
      {"retransmit", retransmit},
      {"send", send},
      {"profile", profile},
      {"keys", keys},
      {"close", close},
  }};
  for (const auto& [name, function] : functions) define(env, exports, name, function);
  define_udp(env, exports);
  define_udp_batch(env, exports);
  define_aead(env, exports);
  define_plane(env, exports);
  return exports;
}
