#include "plane_functions.h"

#include <sys/prctl.h>

#include <array>
#include <cerrno>
#include <utility>

#include "hmac.h"
#include "plane_call.h"

namespace turnpike {
namespace {

constexpr std::uint32_t kLongestPause = 100'000;
constexpr const char* kBadId = "an id of 0 to 2^32 - 2 is expected";

// openPlane(lanes, pauseMicroseconds, alwaysSpread, wake): a handle, or errno
napi_value open_plane(napi_env env, napi_callback_info info) {
  Checked<4> call(env, info);
  PlaneSetup setup{};
  setup.lanes = call.number(1, Plane::kMostLanes, "1 to 64 threads are expected");
  setup.pause = call.number(0, kLongestPause, "a pause of 0 to 100000 microseconds is expected") * 1e-6;
  setup.always_spread = call.flag();
  setup.mac = hmac_sha256;
  napi_value wake = call.function();
  if (!call.ok()) return nullptr;
  auto handle = std::make_unique<PlaneHandle>(env);
  if (!handle->open(setup, wake)) return make_number(env, ENOMEM);
  if (const int failure = handle->plane->start()) return make_number(env, failure);
  return make_handle(env, std::move(handle), kPlaneTag);
}

// A second time it does nothing.
napi_value close_plane(napi_env env, napi_callback_info info) {
  const Arguments<1> arguments(env, info);
  auto* handle = from_handle<PlaneHandle>(env, arguments[0], kPlaneTag);
  if (handle != nullptr) handle->close();
  return nullptr;
}

// planeListen(plane, address, port): [listener, port], or errno
napi_value plane_listen(napi_env env, napi_callback_info info) {
  Call<3> call(env, info);
  Address where = call.address();
  if (!call.ok()) return nullptr;
  std::uint32_t id = 0;
  if (const int failure = call.plane().listen(where, id)) return make_number(env, failure);
  call.handle().keep_running();
  const std::array<double, 2> result{static_cast<double>(id), static_cast<double>(where.port)};
  return make_numbers(env, result.data(), result.size());
}

// Listener (-1: a stream), lane, address and port.
template <std::size_t count>
ClientPath read_path(Call<count>& call, std::size_t& lane, bool stream) {
  ClientPath path;
  if (stream) return path;
  path.listener = call.number(0, World::kMostListeners - 1, "a listener is expected");
  lane = call.number(0, Plane::kMostLanes - 1, "a lane of 0 to 63 is expected");
  path.client = call.address();
  path.to = to_socket(path.client);
  if (call.ok() && !call.plane().has_listener(path.listener)) call.fail("NATIVE_ARGUMENT", "there is no such listener");
  return path;
}

// planeOpenRelay(plane, id, bound, port, advertised, port, packetsPerSecond, bitsPerSecond[, listener, lane, client, port]):
// 0, or errno
napi_value plane_open_relay(napi_env env, napi_callback_info info) {
  Call<12> call(env, info);
  RelaySetup setup{};
  setup.id = call.number(0, kNone - 1, kBadId);
  setup.bound = call.address();
  setup.advertised = call.address();
  setup.packets_per_second = call.rate();
  setup.bits_per_second = call.rate();
  setup.lane = setup.id;
  setup.client = read_path(call, setup.lane, call.is_undefined());
  if (call.ok() && setup.bound.port == 0) call.fail("NATIVE_ARGUMENT", "a relay is bound to a port that is not 0");
  if (call.ok() && call.plane().has_relay(setup.id)) call.fail("NATIVE_ARGUMENT", "the id names a relay already");
  return call.ok() ? make_number(env, call.plane().open_relay(setup)) : nullptr;
}

napi_value plane_close_relay(napi_env env, napi_callback_info info) {
  Call<2> call(env, info);
  const std::uint32_t id = call.number(0, kNone - 1, kBadId);
  if (call.ok()) call.plane().close_relay(id);
  return nullptr;
}

// planeMoveRelay(plane, id[, listener, lane, client, port])
napi_value plane_move_relay(napi_env env, napi_callback_info info) {
  Call<6> call(env, info);
  const std::uint32_t id = call.number(0, kNone - 1, kBadId);
  std::size_t lane = 0;
  const ClientPath path = read_path(call, lane, call.is_undefined());
  if (call.ok()) call.plane().move_relay(id, path);
  return nullptr;
}

// planePermit(plane, id, address, allowed)
napi_value plane_permit(napi_env env, napi_callback_info info) {
  Call<4> call(env, info);
  const std::uint32_t id = call.number(0, kNone - 1, kBadId);
  const Address ip = call.address(false);
  const bool allowed = call.flag();
  if (call.ok()) call.plane().permit(id, ip, allowed);
  return nullptr;
}

// planeBindChannel(plane, id, channel[, address, port])
napi_value plane_bind_channel(napi_env env, napi_callback_info info) {
  Call<5> call(env, info);
  const std::uint32_t id = call.number(0, kNone - 1, kBadId);
  const auto channel = static_cast<std::uint16_t>(call.number(0x4000, 0x7fff, "a channel of 0x4000 to 0x7fff is expected"));
  std::optional<Address> peer;
  if (!call.is_undefined()) peer = call.address();
  if (call.ok()) call.plane().bind_channel(id, channel, peer);
  return nullptr;
}

// planeAdmit(plane, id, address, port)
napi_value plane_admit(napi_env env, napi_callback_info info) {
  Call<4> call(env, info);
  const std::uint32_t id = call.number(0, kNone - 1, kBadId);
  const Address peer = call.address();
  if (call.ok()) call.plane().admit(id, peer);
  return nullptr;
}

napi_value plane_forget_admitted(napi_env env, napi_callback_info info) {
  Call<2> call(env, info);
  const std::uint32_t id = call.number(0, kNone - 1, kBadId);
  if (call.ok()) call.plane().forget_admitted(id);
  return nullptr;
}

// planeSetChallenge(plane[, message, nonceAt, key, seconds, perSecond]): lanes answer who has not signed, or do not any more
napi_value plane_set_challenge(napi_env env, napi_callback_info info) {
  Call<6> call(env, info);
  if (call.ok() && call.is_undefined()) call.plane().set_challenge(nullptr, 0);
  if (!call.ok() || call.is_undefined()) return nullptr;
  auto challenge = std::make_unique<Challenge>();
  const Span message = call.bytes();
  challenge->nonce_at = call.number(0, Challenge::kLongest, "a place in the message is expected");
  const Span key = call.bytes();
  const std::uint32_t seconds = call.number(0, UINT32_MAX, "a time in seconds is expected");
  challenge->per_second = call.number(1, UINT16_MAX, "1 to 65535 answers a second are expected");
  if (message.length > Challenge::kLongest || message.length < challenge->nonce_at + Challenge::kNonceBody)
    call.fail("a message of at most 1024 bytes with a nonce is expected");
  if (key.length != Challenge::kKey) call.fail("a key of 32 bytes is expected");
  if (!call.ok()) return nullptr;
  challenge->message.assign(message.data, message.data + message.length);
  std::copy_n(key.data, key.length, challenge->key.begin());
  call.plane().set_challenge(std::move(challenge), seconds);
  return nullptr;
}

// planeReply(plane, bytes, listener, lane, client, port): leaves with planeSendReplies at the latest
napi_value plane_reply(napi_env env, napi_callback_info info) {
  Call<6> call(env, info);
  const Span message = call.bytes();
  std::size_t lane = 0;
  const ClientPath path = read_path(call, lane, false);
  if (call.ok()) call.plane().reply(path.listener, lane, path.client, message);
  return nullptr;
}

// planeSendReplies(plane): is there something to take?
napi_value plane_send_replies(napi_env env, napi_callback_info info) {
  const Call<1> call(env, info);
  return call.ok() ? make_flag(env, call.plane().send_replies()) : nullptr;
}

// planeSendToPeer(plane, id, address, port, bytes, dontFragment): is there something to take?
napi_value plane_send_to_peer(napi_env env, napi_callback_info info) {
  Call<6> call(env, info);
  const std::uint32_t id = call.number(0, kNone - 1, kBadId);
  const Address peer = call.address();
  const Span data = call.bytes();
  const bool dont_fragment = call.flag();
  return call.ok() ? make_flag(env, call.plane().send_to_peer(id, peer, data, dont_fragment)) : nullptr;
}

// planeSendOnChannel(plane, id, channel, bytes): is there something to take?
napi_value plane_send_on_channel(napi_env env, napi_callback_info info) {
  Call<4> call(env, info);
  const std::uint32_t id = call.number(0, kNone - 1, kBadId);
  const auto channel = static_cast<std::uint16_t>(call.number(0, UINT16_MAX, "a channel is expected"));
  const Span data = call.bytes();
  return call.ok() ? make_flag(env, call.plane().send_on_channel(id, channel, data)) : nullptr;
}

// planeRelay(plane, id): the counters in the order of `Count`, and behind them for how many ms it has been idle; undefined
// without such a relay
napi_value plane_relay(napi_env env, napi_callback_info info) {
  Call<2> call(env, info);
  const std::uint32_t id = call.number(0, kNone - 1, kBadId);
  const Relay* relay = call.ok() ? call.plane().relay(id) : nullptr;
  if (relay == nullptr) return nullptr;
  std::array<double, kCounts + 1> numbers;
  for (std::size_t i = 0; i < kCounts; i++)
    numbers[i] = static_cast<double>(relay->counters[i].load(std::memory_order_relaxed));
  numbers[kCounts] = call.plane().idle_ms(*relay);
  return make_numbers(env, numbers.data(), numbers.size());
}

napi_value plane_balance(napi_env env, napi_callback_info info) {
  const Call<1> call(env, info);
  if (call.ok()) call.plane().balance();
  return nullptr;
}

napi_value plane_set_tapped(napi_env env, napi_callback_info info) {
  Call<2> call(env, info);
  const bool tapped = call.flag();
  if (call.ok()) call.plane().set_tapped(tapped);
  return nullptr;
}

// planeTake(plane, slab, own): how many bytes of records it holds now. `own`: only what our own sends have caused
napi_value plane_take(napi_env env, napi_callback_info info) {
  Call<3> call(env, info);
  const Span slab = call.bytes();
  const bool own = call.flag();
  if (!call.ok()) return nullptr;
  auto* out = const_cast<std::uint8_t*>(slab.data);
  const std::size_t taken = own ? call.plane().take_own(out, slab.length) : call.plane().take(out, slab.length);
  return make_number(env, static_cast<std::int64_t>(taken));
}

// planeStatus(plane): threads, droppedUpwards, run sends and packets, merged reads and packets, and the fallbacks
napi_value plane_status(napi_env env, napi_callback_info info) {
  const Call<1> call(env, info);
  if (!call.ok()) return nullptr;
  const PlaneCounts counts = call.plane().counts();
  std::array<double, 10> numbers{static_cast<double>(call.plane().lanes()),     static_cast<double>(counts.dropped_upwards),
                                 static_cast<double>(counts.run_sends),         static_cast<double>(counts.run_packets),
                                 static_cast<double>(counts.merged_reads),      static_cast<double>(counts.merged_packets)};
  for (std::size_t i = 0; i < counts.fallbacks.size(); i++) numbers[6 + i] = static_cast<double>(counts.fallbacks[i]);
  return make_numbers(env, numbers.data(), numbers.size());
}

// ipv6Text(bytes): the text of an address of 16 bytes
napi_value ipv6_text(napi_env env, napi_callback_info info) {
  Checked<1> call(env, info);
  const Bytes bytes = call.bytes();
  Address address;
  if (bytes.length != address.ip.size()) call.fail("16 bytes are expected");
  if (!call.ok()) return nullptr;
  std::memcpy(address.ip.data(), bytes.data, bytes.length);
  address.family = 6;
  return make_text(env, text_of(address));
}

// noNewPrivileges(): nothing that this thread starts from now on gains rights by being executed. 0, or errno
napi_value no_new_privileges(napi_env env, napi_callback_info) {
  return make_number(env, prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno);
}

}  // namespace

void define_plane(napi_env env, napi_value exports) {
  constexpr std::array<std::pair<const char*, napi_callback>, 22> functions{{
      {"openPlane", open_plane},
      {"closePlane", close_plane},
      {"planeListen", plane_listen},
      {"planeOpenRelay", plane_open_relay},
      {"planeCloseRelay", plane_close_relay},
      {"planeMoveRelay", plane_move_relay},
      {"planePermit", plane_permit},
      {"planeBindChannel", plane_bind_channel},
      {"planeAdmit", plane_admit},
      {"planeForgetAdmitted", plane_forget_admitted},
      {"planeReply", plane_reply},
      {"planeSendReplies", plane_send_replies},
      {"planeSetChallenge", plane_set_challenge},
      {"planeSendToPeer", plane_send_to_peer},
      {"planeSendOnChannel", plane_send_on_channel},
      {"planeRelay", plane_relay},
      {"planeBalance", plane_balance},
      {"planeSetTapped", plane_set_tapped},
      {"planeTake", plane_take},
      {"planeStatus", plane_status},
      {"ipv6Text", ipv6_text},
      {"noNewPrivileges", no_new_privileges},
  }};
  for (const auto& [name, function] : functions) define(env, exports, name, function);
}

}  // namespace turnpike
