#include "udp_batch_functions.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "arguments.h"
#include "plane/sockets.h"
#include "udp_intake.h"
#include "udp_outbox.h"
#include "udp_poll.h"

namespace turnpike {
namespace {

constexpr napi_type_tag kBatchTag = {0x7475726e70696b65, 0x7564706261746368};

struct BatchedSocket {
  std::shared_ptr<PolledSocket> polled;
  UdpOutbox outbox;
};

// The first argument, if it is open.
template <std::size_t count>
BatchedSocket* open_socket(Checked<count>& call) {
  auto* handle = call.template handle<BatchedSocket>(kBatchTag);
  if (handle != nullptr && handle->polled->descriptor() < 0) call.fail("NATIVE_CLOSED", "the socket is closed");
  return handle;
}

// openBatchedUdp(address, port, connected, bufferBytes, join, refuse, wake): a handle, or errno
napi_value open_batched_udp(napi_env env, napi_callback_info info) {
  Checked<7> call(env, info);
  Address where;
  const bool literal = call.literal(where);
  SocketSetup setup{};
  setup.connected = call.flag();
  setup.buffer = call.buffer_size();
  setup.runs = setup.both_families = true;
  const bool join = call.flag();
  const bool refuse = call.flag();
  napi_value wake = call.function();
  if (!call.ok()) return nullptr;
  const int descriptor = literal ? open_socket(where, setup) : -EINVAL;
  if (descriptor < 0) return make_number(env, -descriptor);
  if (refuse) refuse_runs(descriptor);
  auto polled = PolledSocket::create(env, descriptor, wake);
  if (!polled) return make_number(env, ENOMEM);
  return make_handle(env, std::unique_ptr<BatchedSocket>(new BatchedSocket{std::move(polled), UdpOutbox(join)}), kBatchTag);
}

// batchedUdpAddress(handle, address): fills five words with the local address
napi_value batched_udp_address(napi_env env, napi_callback_info info) {
  Checked<2> call(env, info);
  const auto* handle = open_socket(call);
  const auto address = call.words<Address>();
  if (call.ok()) *address.data = local_address(handle->polled->descriptor());
  return nullptr;
}

// receiveBatch(handle, slab, records): the number of datagrams, or -errno
napi_value receive_batch(napi_env env, napi_callback_info info) {
  Checked<3> call(env, info);
  const auto* handle = open_socket(call);
  const Bytes slab = call.bytes();
  const auto records = call.words<DatagramRecord>();
  if (!call.ok()) return nullptr;
  auto* const bytes = const_cast<std::uint8_t*>(slab.data);
  return make_number(env, receive_datagrams(handle->polled->descriptor(), bytes, slab.length, records.data, records.count));
}

bool is_sound(const DatagramRecord& record, std::size_t slab) {
  const std::uint16_t family = record.address.family;
  return record.offset <= slab && record.length <= slab - record.offset && record.length <= UINT16_MAX &&
         (family == 0 || family == 4 || family == 6);
}

// sendBatch(handle, slab, records, count): how many remain, plus 65536 times the errno of an earlier one
napi_value send_batch(napi_env env, napi_callback_info info) {
  Checked<4> call(env, info);
  auto* handle = open_socket(call);
  const Bytes slab = call.bytes();
  const auto records = call.words<DatagramRecord>();
  const auto most = static_cast<double>(std::min(records.count, kMaxRecords));
  const std::uint32_t count = call.number(0, most, "more datagrams than records");
  for (std::uint32_t i = 0; i < count; i++)
    if (!is_sound(records.data[i], slab.length)) call.fail("a record outside of the slab, or without a proper address");
  if (!call.ok()) return nullptr;
  const UdpOutbox::Result result = handle->outbox.send(handle->polled->descriptor(), slab.data, records.data, count);
  handle->polled->watch_writable(result.remaining > 0);
  return make_number(env, static_cast<std::int64_t>(result.remaining) + std::int64_t{65536} * result.error);
}

// pendingUdpError(handle): errno, or 0
napi_value pending_udp_error(napi_env env, napi_callback_info info) {
  Checked<1> call(env, info);
  const auto* handle = open_socket(call);
  return call.ok() ? make_number(env, pending_error(handle->polled->descriptor())) : nullptr;
}

napi_value batched_udp_counters(napi_env env, napi_callback_info info) {
  Checked<1> call(env, info);
  const auto* handle = call.handle<BatchedSocket>(kBatchTag);
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
  Checked<1> call(env, info);
  const auto* handle = call.handle<BatchedSocket>(kBatchTag);
  if (handle != nullptr) handle->polled->close();
  return nullptr;
}

// packAddress(text, port, address): fills five words; false if the text is no literal address
napi_value pack_address(napi_env env, napi_callback_info info) {
  Checked<3> call(env, info);
  Address parsed;
  const bool literal = call.literal(parsed);
  const auto address = call.words<Address>();
  if (!call.ok()) return nullptr;
  if (literal) *address.data = parsed;
  return make_flag(env, literal);
}

// addressText(address): of five words
napi_value address_text(napi_env env, napi_callback_info info) {
  Checked<1> call(env, info);
  const auto address = call.words<Address>();
  return call.ok() ? make_text(env, text_of(*address.data)) : nullptr;
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
