#include "plane.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>

namespace turnpike {
namespace {

constexpr std::size_t kOwnRing = 1 << 18;
// Seconds of CPU of all lanes for each second: above the one all lanes work, below the other a single one does.
constexpr double kBusy = 0.6;
constexpr double kIdle = 0.4;

void add(PlaneCounts& sum, const Forwarder& forwarder) {
  const auto read = [](const std::atomic<std::uint64_t>& count) { return count.load(std::memory_order_relaxed); };
  const ForwarderCounts& counts = forwarder.counts();
  const OutboxCounts& sends = forwarder.sends();
  sum.dropped_upwards += read(counts.dropped_upwards);
  sum.merged_reads += read(counts.merged_reads);
  sum.merged_packets += read(counts.merged_packets);
  sum.run_sends += read(sends.run_sends);
  sum.run_packets += read(sends.run_packets);
  for (std::size_t i = 0; i < sum.fallbacks.size(); i++) sum.fallbacks[i] += read(sends.fallbacks[i]);
}

}  // namespace

Plane::Plane(const PlaneSetup& setup, Waker& waker)
    : world_(setup.lanes, setup.mac),
      own_(world_, 0, kOwnRing),
      nowhere_(eventfd(0, EFD_CLOEXEC)),
      always_spread_(setup.always_spread),
      spread_(setup.always_spread) {
  for (std::size_t i = 0; i < setup.lanes; i++)
    lanes_.push_back(std::make_unique<Lane>(world_, i, setup.pause, waker));
}

// The threads end before the tables go.
Plane::~Plane() {
  lanes_.clear();
  if (nowhere_ >= 0) close(nowhere_);
}

int Plane::start() {
  if (nowhere_ < 0) return EMFILE;
  world_.may_run.store(knows_runs(), std::memory_order_relaxed);
  for (const auto& lane : lanes_)
    if (const int failure = lane->start()) return failure;
  return 0;
}

int Plane::listen(Address& where, std::uint32_t& id) {
  if (next_listener_ == World::kMostListeners) return EMFILE;
  auto listener = std::make_unique<Listener>();
  listener->id = id = next_listener_;
  listener->lanes = lanes_.size();
  listener->descriptors.reset(new int[listener->lanes]);
  for (std::size_t i = 0; i < listener->lanes; i++) listener->descriptors[i] = -1;
  for (std::size_t i = 0; i < listener->lanes; i++) {
    const int descriptor = i == 0 ? open_first_listener(where) : open_next_listener(where);
    if (descriptor < 0) return -descriptor;
    listener->descriptors[i] = descriptor;
    if (i == 0) where.port = port_of_socket(descriptor);
  }
  listener->address = where;
  // An old system that cannot spreads always.
  if (!spread_ && lanes_.size() > 1) steer_to_first(listener->descriptors[0], true);
  next_listener_++;
  const Listener& published = *listener;
  world_.listeners[id].store(listener.release(), std::memory_order_release);
  for (std::size_t i = 0; i < lanes_.size(); i++)
    if (const int failure = lanes_[i]->watch_listener(published.descriptors[i], id)) {
      world_.epochs.retire(world_.listeners[id].exchange(nullptr, std::memory_order_acq_rel));
      return failure;
    }
  return 0;
}

int Plane::open_relay(const RelaySetup& setup) {
  if (has_relay(setup.id)) return EEXIST;
  const int descriptor = open_relay_socket(setup.bound);
  if (descriptor < 0) return -descriptor;
  auto relay = std::make_unique<Relay>(setup.id, setup.packets_per_second, setup.bits_per_second);
  relay->descriptor = descriptor;
  relay->bound = setup.bound;
  relay->advertised = setup.advertised;
  relay->lane = lane_of(setup.lane);
  relay->client.store(new ClientPath(setup.client), std::memory_order_relaxed);
  relay->last_ms.store(static_cast<std::uint64_t>(world_.now() * 1000), std::memory_order_relaxed);
  Relay& opened = *relay;
  world_.relays.put(world_.epochs, std::move(relay));
  for (const Address& address : {opened.bound, opened.advertised})
    world_.by_address.put(world_.epochs, std::make_unique<RelayAt>(RelayAt{address, &opened}));
  join(opened);
  const int failure = lanes_[opened.lane]->watch_relay(descriptor, setup.id);
  if (failure != 0) close_relay(setup.id);
  return failure;
}

void Plane::balance() {
  double cpu = 0;
  for (const auto& lane : lanes_) cpu += lane->cpu_seconds();
  const double now = world_.now();
  const double load = (cpu - cpu_before_) / std::max(now - balanced_at_, 1e-3);
  cpu_before_ = cpu;
  balanced_at_ = now;
  if (lanes_.size() == 1 || always_spread_) return;
  if (load > kBusy && !spread_) spread(true);
  if (load < kIdle && spread_) spread(false);
}

// Where clients are heard is the system's choice, so only the sockets of relays have to move.
void Plane::spread(bool over_all) {
  spread_ = over_all;
  for (const auto& listener : world_.listeners)
    if (const Listener* one = listener.load(std::memory_order_relaxed)) steer_to_first(one->descriptors[0], !over_all);
  world_.relays.for_each([this](const Relay& one) {
    auto& relay = const_cast<Relay&>(one);
    const std::size_t lane = lane_of(relay.id);
    if (lane == relay.lane) return;
    lanes_[relay.lane]->forget(relay.descriptor);
    relay.lane = lane;
    lanes_[lane]->watch_relay(relay.descriptor, relay.id);
  });
}

void Plane::close_relay(std::uint32_t id) {
  Relay* relay = find(id);
  if (relay == nullptr) return;
  lanes_[relay->lane]->forget(relay->descriptor);
  // Its port is free at once.
  dup3(nowhere_, relay->descriptor, O_CLOEXEC);
  leave(*relay);
  for (const Address& address : {relay->bound, relay->advertised}) world_.by_address.remove(world_.epochs, address);
  world_.relays.remove(world_.epochs, id);
}

void Plane::move_relay(std::uint32_t id, const ClientPath& client) {
  Relay* relay = find(id);
  if (relay == nullptr) return;
  leave(*relay);
  auto* fresh = new ClientPath(client);
  world_.epochs.retire(const_cast<ClientPath*>(relay->client.exchange(fresh, std::memory_order_acq_rel)));
  join(*relay);
}

void Plane::join(Relay& relay) {
  const ClientPath& path = *relay.client.load(std::memory_order_relaxed);
  auto* listener = const_cast<Listener*>(world_.listener(path.listener));
  if (listener == nullptr) return;
  auto entry = std::make_unique<ClientEntry>();
  entry->client = path.client;
  const ClientEntry* before = listener->clients.find(path.client);
  if (before != nullptr) entry->relays = before->relays;
  entry->relays[entry->relays[0] == nullptr ? 0 : 1] = &relay;
  listener->clients.put(world_.epochs, std::move(entry));
}

void Plane::leave(Relay& relay) {
  const ClientPath& path = *relay.client.load(std::memory_order_relaxed);
  auto* listener = const_cast<Listener*>(world_.listener(path.listener));
  const ClientEntry* before = listener == nullptr ? nullptr : listener->clients.find(path.client);
  if (before == nullptr) return;
  auto entry = std::make_unique<ClientEntry>();
  entry->client = path.client;
  std::size_t count = 0;
  for (const Relay* other : before->relays)
    if (other != nullptr && other != &relay) entry->relays[count++] = other;
  if (count == 0)
    listener->clients.remove(world_.epochs, path.client);
  else
    listener->clients.put(world_.epochs, std::move(entry));
}

void Plane::permit(std::uint32_t id, const Address& ip, bool allowed) {
  Relay* relay = find(id);
  if (relay == nullptr) return;
  if (!allowed)
    relay->permissions.remove(world_.epochs, ip);
  else if (relay->permissions.find(ip) == nullptr)
    relay->permissions.put(world_.epochs, std::make_unique<Permission>(Permission{ip}));
}

void Plane::bind_channel(std::uint32_t id, std::uint16_t number, const std::optional<Address>& peer) {
  Relay* relay = find(id);
  if (relay == nullptr) return;
  if (const Channel* old = relay->channels.find(number)) {
    const ChannelOf* heard = relay->channel_of.find(old->peer);
    if (peer && old->peer == *peer && heard != nullptr && heard->number == number) return;
    relay->channel_of.remove(world_.epochs, old->peer);
    relay->channels.remove(world_.epochs, number);
  }
  if (!peer) return;
  relay->channels.put(world_.epochs, std::make_unique<Channel>(Channel{number, *peer, to_socket(*peer)}));
  relay->channel_of.put(world_.epochs, std::make_unique<ChannelOf>(ChannelOf{*peer, number}));
}

void Plane::admit(std::uint32_t id, const Address& peer) {
  Relay* relay = find(id);
  if (relay == nullptr) return;
  const RelayAt* neighbour = world_.by_address.find(peer);
  const std::uint32_t holder = neighbour == nullptr ? kNone : neighbour->relay->id;
  const Admission* known = relay->admissions.find(peer);
  if (known != nullptr && known->relay == holder) return;
  // The peers of the moment are soon admitted again.
  if (known == nullptr && relay->admissions.size() >= kMostAdmissions) relay->admissions.clear(world_.epochs);
  relay->admissions.put(world_.epochs, std::make_unique<Admission>(Admission{peer, to_socket(peer), holder}));
}

void Plane::forget_admitted(std::uint32_t id) {
  if (Relay* relay = find(id)) relay->admissions.clear(world_.epochs);
}

void Plane::reply(std::uint32_t listener, std::size_t lane, const Address& client, Span message) {
  const Listener* found = world_.listener(listener);
  if (found == nullptr) return;
  own_.begin();
  own_.reply(*found, lane, client, message);
}

bool Plane::send_replies() {
  own_.begin();
  own_.flush();
  return !own_.ring().empty();
}

bool Plane::send_to_peer(std::uint32_t id, const Address& peer, Span data, bool dont_fragment) {
  const Relay* found = relay(id);
  if (found == nullptr) return false;
  const SocketAddress to = to_socket(peer);
  own_.begin();
  if (dont_fragment)
    own_.to_peer_with_dont_fragment(*found, peer, to, data);
  else
    own_.to_peer(*found, peer, to, data, 0);
  own_.flush();
  return !own_.ring().empty();
}

bool Plane::send_on_channel(std::uint32_t id, std::uint16_t channel, Span data) {
  const Relay* found = relay(id);
  if (found == nullptr) return false;
  own_.begin();
  own_.on_channel(*found, channel, data, 0);
  own_.flush();
  return !own_.ring().empty();
}

void Plane::set_challenge(std::unique_ptr<Challenge> challenge, double seconds) {
  if (challenge) challenge->seconds_at_start = seconds - world_.now();
  auto* before = world_.challenge.exchange(challenge.release(), std::memory_order_acq_rel);
  world_.epochs.retire(const_cast<Challenge*>(before));
}

double Plane::idle_ms(const Relay& relay) const {
  const double last = static_cast<double>(relay.last_ms.load(std::memory_order_relaxed));
  return std::max(0.0, std::floor(world_.now() * 1000) - last);
}

std::size_t Plane::take_own(std::uint8_t* out, std::size_t size) { return own_.ring().take(out, size); }

// Each lane has its share, so that a flood on one does not silence the clients of the others.
std::size_t Plane::take(std::uint8_t* out, std::size_t size) {
  world_.epochs.reclaim();
  std::size_t taken = take_own(out, size);
  for (std::size_t i = 0; i < lanes_.size(); i++) {
    const std::size_t share = (size - taken) / (lanes_.size() - i);
    taken += lanes_[i]->take_over().take(out + taken, share);
  }
  return taken;
}

PlaneCounts Plane::counts() const {
  PlaneCounts sum;
  add(sum, own_);
  for (const auto& lane : lanes_) add(sum, lane->forwarder());
  return sum;
}

}  // namespace turnpike
