// The functions that JavaScript sees; addon.ts has their types.
#include <node_api.h>

#include <array>
#include <utility>

#include "aead_functions.h"
#include "arguments.h"
#include "dtls_connection.h"
#include "dtls_context.h"
#include "hmac_functions.h"
#include "plane_functions.h"
#include "udp_batch_functions.h"
#include "udp_functions.h"

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

// The first argument, if it is open.
template <std::size_t count>
DtlsConnection* open_connection(Checked<count>& call) {
  auto* handle = call.template handle<ConnectionHandle>(kConnectionTag);
  if (handle == nullptr) return nullptr;
  if (!handle->connection) call.fail("NATIVE_CLOSED", "the connection is closed");
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
  Checked<1> call(env, info);
  const auto* context = call.handle<DtlsContext>(kContextTag);
  return call.ok() ? make_buffer(env, context->fingerprint().data(), context->fingerprint().size()) : nullptr;
}

// accept(context, digest, fingerprint, profiles, cookieExchange)
napi_value accept_connection(napi_env env, napi_callback_info info) {
  Checked<5> call(env, info);
  const auto* context = call.handle<DtlsContext>(kContextTag);
  const std::string digest_name = call.text();
  const Bytes fingerprint = call.bytes();
  const std::string profiles = call.text();
  const bool cookie_exchange = call.flag();
  const EVP_MD* digest = call.ok() ? EVP_get_digestbyname(digest_name.c_str()) : nullptr;
  if (digest == nullptr) call.fail("the digest is not known");
  if (!call.ok()) return nullptr;
  ExpectedFingerprint expected{digest, {fingerprint.data, fingerprint.data + fingerprint.length}};
  auto connection = DtlsConnection::create(*context, std::move(expected), profiles, cookie_exchange);
  if (!connection) return throw_error(env, "NATIVE_OPENSSL", "OpenSSL refused the DTLS connection");

  return make_handle(env, std::make_unique<ConnectionHandle>(env, std::move(connection)), kConnectionTag);
}

napi_value receive(napi_env env, napi_callback_info info) {
  Checked<2> call(env, info);
  DtlsConnection* connection = open_connection(call);
  const Bytes datagram = call.bytes();
  if (!call.ok()) return nullptr;
  connection->receive(datagram.data, datagram.length);
  return outcome(env, *connection);
}

napi_value retransmit(napi_env env, napi_callback_info info) {
  Checked<1> call(env, info);
  DtlsConnection* connection = open_connection(call);
  if (!call.ok()) return nullptr;
  connection->retransmit();
  return outcome(env, *connection);
}

napi_value send(napi_env env, napi_callback_info info) {
  Checked<2> call(env, info);
  DtlsConnection* connection = open_connection(call);
  const Bytes data = call.bytes();
  if (!call.ok()) return nullptr;
  connection->send(data.data, data.length);
  return outcome(env, *connection);
}

napi_value profile(napi_env env, napi_callback_info info) {
  Checked<1> call(env, info);
  const DtlsConnection* connection = open_connection(call);
  return call.ok() ? make_text(env, connection->profile()) : nullptr;
}

// keys(connection, length)
napi_value keys(napi_env env, napi_callback_info info) {
  Checked<2> call(env, info);
  DtlsConnection* connection = open_connection(call);
  const std::uint32_t length = call.number(0, 256, "a length of 0 to 256 is expected");
  if (!call.ok()) return nullptr;
  auto material = connection->keying_material(length);
  napi_value copy = make_buffer(env, material.data(), material.size());
  OPENSSL_cleanse(material.data(), material.size());
  return copy;
}

// Says good-bye and frees at once, whatever holds the handle.
napi_value close(napi_env env, napi_callback_info info) {
  Checked<1> call(env, info);
  auto* handle = call.handle<ConnectionHandle>(kConnectionTag);
  if (handle != nullptr && !handle->connection) call.fail("NATIVE_CLOSED", "the connection is closed");
  if (!call.ok()) return nullptr;
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
  define_hmac(env, exports);
  define_plane(env, exports);
  return exports;
}
