#include "udp_batch_functions.h"

#include <arpa/inet.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "udp_intake.h"
#include "udp_outbox.h"
#include "udp_poll.h"
#include "values.h"

namespace turnpike {
namespace {

constexpr napi_type_tag kBatchTag = {0x7475726e70696b65, 0x7564706261746368};

struct BatchedSocket {
  std::shared_ptr<PolledSocket> polled;
  Outbox outbox;
};

BatchedSocket* open_socket(napi_env env, napi_value value) {
  auto* handle = from_handle<BatchedSocket>(env, value, kBatchTag);
  if (handle == nullptr) return nullptr;
  return handle->polled->socket() == nullptr ? throw_error(env, "NATIVE_CLOSED", "the socket is closed") : handle;
}

template <class T>
struct Span {
  T* data;
  std::size_t count;
};

// A Uint32Array of whole `T`, valid during the call.
template <class T>
Span<T> words_argument(napi_env env, napi_value value) {
  bool is_typed_array = false;
  napi_typedarray_type type = napi_int8_array;
  void* data = nullptr;
  std::size_t length = 0;
  constexpr std::size_t kWords = sizeof(T) / sizeof(std::uint32_t);
  if (napi_is_typedarray(env, value, &is_typed_array) == napi_ok && is_typed_array &&
      napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) == napi_ok &&
      type == napi_uint32_array && length >= kWords)
    return {static_cast<T*>(data), length / kWords};
  throw_error(env, "NATIVE_ARGUMENT", "a Uint32Array of whole records is expected");
  return {nullptr, 0};
}

// openBatchedUdp(address, port, connected, bufferBytes, join, refuse, wake): a handle, or errno
napi_value open_batched_udp(napi_env env, napi_callback_info info) {
  const Arguments<7> arguments(env, info);
  const auto address = text_of(env, arguments[0]);
  if (!address) return nullptr;
  std::uint32_t port = 0;
  bool connected = false;
  std::int32_t buffer_bytes = 0;
  bool join = true;
  bool refuse = false;
  napi_get_value_uint32(env, arguments[1], &port);
  napi_get_value_bool(env, arguments[2], &connected);
  napi_get_value_int32(env, arguments[3], &buffer_bytes);
  napi_get_value_bool(env, arguments[4], &join);
  napi_get_value_bool(env, arguments[5], &refuse);
  const auto where = endpoint_of(address->c_str(), static_cast<std::uint16_t>(port));
  if (!where || port > UINT16_MAX) return make_number(env, EINVAL);
  auto socket = std::make_unique<UdpSocket>();
  if (const int failure = socket->open_for_batches(*where, connected, buffer_bytes)) return make_number(env, failure);
  if (refuse) socket->refuse_segments();
  auto polled = PolledSocket::create(env, std::move(socket), arguments[6]);
  if (!polled) return make_number(env, ENOMEM);
  return make_handle(env, std::unique_ptr<BatchedSocket>(new BatchedSocket{std::move(polled), Outbox(join)}), kBatchTag);
}

// batchedUdpAddress(handle, address): fills six words with the local address
napi_value batched_udp_address(napi_env env, napi_callback_info info) {
  const Arguments<2> arguments(env, info);
  const auto* handle = open_socket(env, arguments[0]);
  if (handle == nullptr) return nullptr;
  const auto address = words_argument<DatagramAddress>(env, arguments[1]);
  if (address.data != nullptr) *address.data = datagram_address(handle->polled->socket()->local());
  return nullptr;
}

// receiveBatch(handle, slab, records): the number of datagrams, or -errno
napi_value receive_batch(napi_env env, napi_callback_info info) {
  const Arguments<3> arguments(env, info);
  const auto* handle = open_socket(env, arguments[0]);
  if (handle == nullptr) return nullptr;
  const auto slab = bytes_of(env, arguments[1]);
  if (!slab) return nullptr;
  const auto records = words_argument<DatagramRecord>(env, arguments[2]);
  if (records.data == nullptr) return nullptr;
  const int descriptor = handle->polled->socket()->descriptor();
  auto* const bytes = const_cast<std::uint8_t*>(slab->data);
  return make_number(env, receive_datagrams(descriptor, bytes, slab->length, records.data, records.count));
}

bool is_sound(const DatagramRecord& record, std::size_t slab) {
  const std::uint32_t family = record.address.family;
  return record.offset <= slab && record.length <= slab - record.offset && record.length <= UINT16_MAX &&
         (family == 0 || family == 4 || family == 6) && record.address.port <= UINT16_MAX;
}

// sendBatch(handle, slab, records, count): how many remain, plus 65536 times the errno of an earlier one
napi_value send_batch(napi_env env, napi_callback_info info) {
  const Arguments<4> arguments(env, info);
  auto* handle = open_socket(env, arguments[0]);
  if (handle == nullptr) return nullptr;
  const auto slab = bytes_of(env, arguments[1]);
  if (!slab) return nullptr;
  const auto records = words_argument<DatagramRecord>(env, arguments[2]);
  if (records.data == nullptr) return nullptr;
  std::uint32_t count = 0;
  napi_get_value_uint32(env, arguments[3], &count);
  if (count > records.count || count > kMaxRecords)
    return throw_error(env, "NATIVE_ARGUMENT", "more datagrams than records");
  for (std::uint32_t i = 0; i < count; i++)
    if (!is_sound(records.data[i], slab->length))
      return throw_error(env, "NATIVE_ARGUMENT", "a record outside of the slab, or without a proper address");
  const int descriptor = handle->polled->socket()->descriptor();
  const Outbox::Result result = handle->outbox.send(descriptor, slab->data, records.data, count);
  handle->polled->watch_writable(result.remaining > 0);
  return make_number(env, static_cast<std::int64_t>(result.remaining) + std::int64_t{65536} * result.error);
}

// pendingUdpError(handle): errno, or 0
napi_value pending_udp_error(napi_env env, napi_callback_info info) {
  const Arguments<1> arguments(env, info);
  const auto* handle = open_socket(env, arguments[0]);
  return handle == nullptr ? nullptr : make_number(env, handle->polled->socket()->pending_error());
}

napi_value batched_udp_counters(napi_env env, napi_callback_info info) {
  const Arguments<1> arguments(env, info);
  const auto* handle = from_handle<BatchedSocket>(env, arguments[0], kBatchTag);
  if (handle == nullptr) return nullptr;
  const OutboxCounters& counters = handle->outbox.counters();
  napi_value value = nullptr;
  napi_create_object(env, &value);
  set(env, value, "packets", make_number(env, static_cast<std::int64_t>(counters.packets)));
  set(env, value, "calls", make_number(env, static_cast<std::int64_t>(counters.calls)));
  set(env, value, "joined", make_number(env, static_cast<std::int64_t>(counters.joined)));
  set(env, value, "split", make_number(env, static_cast<std::int64_t>(counters.split)));
  set(env, value, "dropped", make_number(env, static_cast<std::int64_t>(counters.dropped)));
  return value;
}

napi_value close_batched_udp(napi_env env, napi_callback_info info) {
  const Arguments<1> arguments(env, info);
  const auto* handle = from_handle<BatchedSocket>(env, arguments[0], kBatchTag);
  if (handle != nullptr) handle->polled->close();
  return nullptr;
}

// packAddress(text, port, address): fills six words; false if the text is no literal address
napi_value pack_address(napi_env env, napi_callback_info info) {
  const Arguments<3> arguments(env, info);
  const auto text = text_of(env, arguments[0]);
  if (!text) return nullptr;
  std::uint32_t port = 0;
  napi_get_value_uint32(env, arguments[1], &port);
  const auto address = words_argument<DatagramAddress>(env, arguments[2]);
  if (address.data == nullptr) return nullptr;
  const auto endpoint = endpoint_of(text->c_str(), static_cast<std::uint16_t>(port));
  const bool sound = endpoint && port <= UINT16_MAX;
  if (sound) *address.data = datagram_address(endpoint->storage);
  napi_value result = nullptr;
  napi_get_boolean(env, sound, &result);
  return result;
}

// addressText(address): of six words
napi_value address_text(napi_env env, napi_callback_info info) {
  const Arguments<1> arguments(env, info);
  const auto address = words_argument<DatagramAddress>(env, arguments[0]);
  if (address.data == nullptr) return nullptr;
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(address.data->family == 6 ? AF_INET6 : AF_INET, address.data->words.data(), text.data(), text.size());
  return make_text(env, text.data());
}

}  // namespace

void define_udp_batch(napi_env env, napi_value exports) {
  define(env, exports, "openBatchedUdp", open_batched_udp);
  define(env, exports, "batchedUdpAddress", batched_udp_address);
  define(env, exports, "receiveBatch", receive_batch);
  define(env, exports, "sendBatch", send_batch);
  define(env, exports, "pendingUdpError", pending_udp_error);
  define(env, exports, "batchedUdpCounters", batched_udp_counters);
  define(env, exports, "closeBatchedUdp", close_batched_udp);
  define(env, exports, "packAddress", pack_address);
  define(env, exports, "addressText", address_text);
}

}  // namespace turnpike
