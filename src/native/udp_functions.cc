#include "udp_functions.h"

#include <array>
#include <cerrno>
#include <memory>
#include <utility>

#include "arguments.h"
#include "plane/sockets.h"
#include "udp_intake.h"
#include "udp_poll.h"

namespace turnpike {
namespace {

constexpr napi_type_tag kUdpTag = {0x7475726e70696b65, 0x756470736f636b31};
// Errors that one call reads.
constexpr std::uint32_t kMostErrors = 32;

struct UdpHandle {
  std::shared_ptr<PolledSocket> polled;
};

// The first argument: a descriptor, or -1.
template <std::size_t count>
int open_socket(Checked<count>& call) {
  const auto* handle = call.template handle<UdpHandle>(kUdpTag);
  if (handle == nullptr) return -1;
  if (handle->polled->descriptor() < 0) call.fail("NATIVE_CLOSED", "the socket is closed");
  return handle->polled->descriptor();
}

// openUdp(address, port, bufferBytes, wake): a handle, or errno
napi_value open_udp(napi_env env, napi_callback_info info) {
  Checked<4> call(env, info);
  Address where;
  const bool literal = call.literal(where);
  SocketSetup setup{call.buffer_size()};
  setup.relay = true;
  napi_value wake = call.function();
  if (!call.ok()) return nullptr;
  const int descriptor = literal ? open_socket(where, setup) : -EINVAL;
  if (descriptor < 0) return make_number(env, -descriptor);
  auto polled = PolledSocket::create(env, descriptor, wake);
  if (!polled) return make_number(env, ENOMEM);
  return make_handle(env, std::make_unique<UdpHandle>(UdpHandle{std::move(polled)}), kUdpTag);
}

napi_value udp_port(napi_env env, napi_callback_info info) {
  Checked<1> call(env, info);
  const int descriptor = open_socket(call);
  return call.ok() ? make_number(env, port_of_socket(descriptor)) : nullptr;
}

// sendUdp(handle, bytes, address, port, dontFragment): 0, or errno
napi_value send_udp(napi_env env, napi_callback_info info) {
  Checked<5> call(env, info);
  const int descriptor = open_socket(call);
  const Bytes data = call.bytes();
  Address peer;
  const bool literal = call.literal(peer);
  const bool dont_fragment = call.flag();
  if (!call.ok()) return nullptr;
  if (!literal) return make_number(env, EINVAL);
  const SocketAddress to = to_socket(peer);
  const auto send = dont_fragment ? send_whole : send_packet;
  return make_number(env, send(descriptor, to, data.data, data.length));
}

// receiveUdp(handle, slots): length, address and port of each datagram in one flat list
napi_value receive_udp(napi_env env, napi_callback_info info) {
  Checked<2> call(env, info);
  const int descriptor = open_socket(call);
  const Bytes slots = call.bytes();
  if (!call.ok()) return nullptr;
  std::array<DatagramRecord, kIntakeSlots> records;
  auto* const out = const_cast<std::uint8_t*>(slots.data);
  const int count = receive_datagrams(descriptor, out, slots.length, records.data(), records.size());
  napi_value list = nullptr;
  napi_create_array(env, &list);
  std::uint32_t at = 0;
  for (std::size_t i = 0; count > 0 && i < static_cast<std::size_t>(count); i++) {
    napi_set_element(env, list, at++, make_number(env, records[i].length));
    napi_set_element(env, list, at++, make_text(env, text_of(records[i].address)));
    napi_set_element(env, list, at++, make_number(env, records[i].address.port));
  }
  return list;
}

napi_value read_udp_errors(napi_env env, napi_callback_info info) {
  Checked<1> call(env, info);
  const int descriptor = open_socket(call);
  if (!call.ok()) return nullptr;
  napi_value list = nullptr;
  napi_create_array(env, &list);
  SocketError error{};
  for (std::uint32_t i = 0; i < kMostErrors && read_socket_error(descriptor, error); i++) {
    napi_value value = nullptr;
    napi_create_object(env, &value);
    set(env, value, "address", make_text(env, text_of(error.peer)));
    set(env, value, "port", make_number(env, error.peer.port));
    set(env, value, "origin", make_number(env, error.origin));
    set(env, value, "type", make_number(env, error.type));
    set(env, value, "code", make_number(env, error.code));
    set(env, value, "info", make_number(env, error.info));
    napi_set_element(env, list, i, value);
  }
  return list;
}

napi_value close_udp(napi_env env, napi_callback_info info) {
  Checked<1> call(env, info);
  const auto* handle = call.handle<UdpHandle>(kUdpTag);
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
