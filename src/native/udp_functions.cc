#include "udp_functions.h"

#include <netinet/in.h>

#include <array>
#include <cerrno>
#include <memory>
#include <utility>

#include "udp_poll.h"
#include "values.h"

namespace turnpike {
namespace {

constexpr napi_type_tag kUdpTag = {0x7475726e70696b65, 0x756470736f636b31};

struct UdpHandle {
  std::shared_ptr<PolledSocket> polled;
};

const UdpSocket* open_socket(napi_env env, napi_value value) {
  const auto* handle = from_handle<UdpHandle>(env, value, kUdpTag);
  if (handle == nullptr) return nullptr;
  const UdpSocket* socket = handle->polled->socket();
  return socket == nullptr ? throw_error(env, "NATIVE_CLOSED", "the socket is closed") : socket;
}

// The arguments `address` and `port` of a call.
std::optional<Endpoint> endpoint_argument(napi_env env, napi_value address, napi_value port) {
  std::uint32_t number = 0;
  std::array<char, INET6_ADDRSTRLEN> text{};
  napi_get_value_string_utf8(env, address, text.data(), text.size(), nullptr);
  napi_get_value_uint32(env, port, &number);
  return endpoint_of(text.data(), static_cast<std::uint16_t>(number));
}

// openUdp(address, port, bufferBytes, wake): a handle, or errno
napi_value open_udp(napi_env env, napi_callback_info info) {
  const Arguments<4> arguments(env, info);
  const auto where = endpoint_argument(env, arguments[0], arguments[1]);
  if (!where) return make_number(env, EINVAL);
  std::int32_t buffer_bytes = 0;
  napi_get_value_int32(env, arguments[2], &buffer_bytes);
  auto socket = std::make_unique<UdpSocket>();
  if (const int failure = socket->open(*where, buffer_bytes)) return make_number(env, failure);
  auto polled = PolledSocket::create(env, std::move(socket), arguments[3]);
  if (!polled) return make_number(env, ENOMEM);
  return make_handle(env, std::make_unique<UdpHandle>(UdpHandle{std::move(polled)}), kUdpTag);
}

napi_value udp_port(napi_env env, napi_callback_info info) {
  const Arguments<1> arguments(env, info);
  const UdpSocket* socket = open_socket(env, arguments[0]);
  return socket == nullptr ? nullptr : make_number(env, socket->port());
}

// sendUdp(handle, bytes, address, port, dontFragment): 0, or errno
napi_value send_udp(napi_env env, napi_callback_info info) {
  const Arguments<5> arguments(env, info);
  const UdpSocket* socket = open_socket(env, arguments[0]);
  if (socket == nullptr) return nullptr;
  const auto data = bytes_of(env, arguments[1]);
  if (!data) return nullptr;
  const auto to = endpoint_argument(env, arguments[2], arguments[3]);
  if (!to) return make_number(env, EINVAL);
  bool dont_fragment = false;
  napi_get_value_bool(env, arguments[4], &dont_fragment);
  return make_number(env, socket->send(data->data, data->length, *to, dont_fragment));
}

// receiveUdp(handle, slots): length, address and port of each datagram in one flat list
napi_value receive_udp(napi_env env, napi_callback_info info) {
  const Arguments<2> arguments(env, info);
  const UdpSocket* socket = open_socket(env, arguments[0]);
  if (socket == nullptr) return nullptr;
  const auto slots = bytes_of(env, arguments[1]);
  if (!slots) return nullptr;
  napi_value list = nullptr;
  napi_create_array(env, &list);
  std::uint32_t at = 0;
  for (const Received& one : socket->receive(const_cast<std::uint8_t*>(slots->data), slots->length)) {
    napi_set_element(env, list, at++, make_number(env, static_cast<std::int64_t>(one.length)));
    napi_set_element(env, list, at++, make_text(env, address_of(one.from)));
    napi_set_element(env, list, at++, make_number(env, port_of(one.from)));
  }
  return list;
}

napi_value read_udp_errors(napi_env env, napi_callback_info info) {
  const Arguments<1> arguments(env, info);
  const UdpSocket* socket = open_socket(env, arguments[0]);
  if (socket == nullptr) return nullptr;
  napi_value list = nullptr;
  napi_create_array(env, &list);
  std::uint32_t at = 0;
  for (const SocketError& error : socket->read_errors()) {
    napi_value value = nullptr;
    napi_create_object(env, &value);
    set(env, value, "address", make_text(env, address_of(error.peer)));
    set(env, value, "port", make_number(env, port_of(error.peer)));
    set(env, value, "origin", make_number(env, error.origin));
    set(env, value, "type", make_number(env, error.type));
    set(env, value, "code", make_number(env, error.code));
    set(env, value, "info", make_number(env, error.info));
    napi_set_element(env, list, at++, value);
  }
  return list;
}

napi_value close_udp(napi_env env, napi_callback_info info) {
  const Arguments<1> arguments(env, info);
  const auto* handle = from_handle<UdpHandle>(env, arguments[0], kUdpTag);
  if (handle != nullptr) handle->polled->close();
  return nullptr;
}

}  // namespace

void define_udp(napi_env env, napi_value exports) {
  define(env, exports, "openUdp", open_udp);
  define(env, exports, "udpPort", udp_port);
  define(env, exports, "sendUdp", send_udp);
  define(env, exports, "receiveUdp", receive_udp);
  define(env, exports, "readUdpErrors", read_udp_errors);
  define(env, exports, "closeUdp", close_udp);
}

}  // namespace turnpike
