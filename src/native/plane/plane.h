// The packet plane: what src/traversal/packet-plane asks for, by threads. Everything here is for the JavaScript thread.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "lane.h"

namespace turnpike {

struct RelaySetup {
  std::uint32_t id;
  ClientPath client;
  std::size_t lane;
  Address bound;
  Address advertised;
  // 0: no limits.
  double packets_per_second;
  double bits_per_second;
};

struct PlaneSetup {
  std::size_t lanes;
  // Seconds for which packets may gather while many come; 0 is not at all.
  double pause;
  // All lanes work from the start, whatever the load.
  bool always_spread;
  Mac mac;
};

struct PlaneCounts {
  std::uint64_t dropped_upwards = 0;
  std::uint64_t merged_reads = 0;
  std::uint64_t merged_packets = 0;
  std::uint64_t run_sends = 0;
  std::uint64_t run_packets = 0;
  // EINVAL, ENOPROTOOPT, EIO, EMSGSIZE.
  std::array<std::uint64_t, 4> fallbacks{};
};

class Plane {
 public:
  static constexpr std::size_t kMostLanes = 64;
  // Of each relay. When there are more, they are forgotten, and found again.
  static constexpr std::size_t kMostAdmissions = 64;

  Plane(const PlaneSetup& setup, Waker& waker);
  ~Plane();
  Plane(const Plane&) = delete;
  Plane& operator=(const Plane&) = delete;

  // These return 0 or errno.
  int start();
  // To be called some times a second: how many lanes does the load need? One as long as it can, since it then wakes for more
  // packets at once; when it becomes busy, all.
  void balance();
  // From now on all lanes work, or the first one.
  void spread(bool over_all);
  // `where.port` 0 is any; the chosen one is in `where` then.
  int listen(Address& where, std::uint32_t& id);
  int open_relay(const RelaySetup& setup);

  // What follows does nothing for a relay that is not open.
  void close_relay(std::uint32_t id);
  void move_relay(std::uint32_t id, const ClientPath& client);
  void permit(std::uint32_t id, const Address& ip, bool allowed);
  void bind_channel(std::uint32_t id, std::uint16_t number, const std::optional<Address>& peer);
  void admit(std::uint32_t id, const Address& peer);
  void forget_admitted(std::uint32_t id);
  // From now on lanes answer who has not signed, or nobody does but JavaScript. `seconds`: what the nonces' time is now.
  void set_challenge(std::unique_ptr<Challenge> challenge, double seconds);
  // Waits for the others of this round, until `send_replies`.
  void reply(std::uint32_t listener, std::size_t lane, const Address& client, Span message);
  // True if something went up meanwhile, to be taken; what follows is sent at once, and tells the same.
  bool send_replies();
  bool send_to_peer(std::uint32_t id, const Address& peer, Span data, bool dont_fragment);
  bool send_on_channel(std::uint32_t id, std::uint16_t channel, Span data);

  bool has_listener(std::uint32_t id) const { return world_.listener(id) != nullptr; }
  bool has_relay(std::uint32_t id) const { return world_.relays.find(id) != nullptr; }
  const Relay* relay(std::uint32_t id) const { return world_.relays.find(id); }
  double idle_ms(const Relay& relay) const;
  void set_tapped(bool tapped) { world_.tapped.store(tapped, std::memory_order_relaxed); }
  // What has gone up since, as records of up_ring.h; 0 when there is nothing.
  // `size` has room for a record of each lane: a head and the largest datagram.
  std::size_t take(std::uint8_t* out, std::size_t size);
  // Only what the JavaScript thread's own sends have caused.
  std::size_t take_own(std::uint8_t* out, std::size_t size);
  PlaneCounts counts() const;
  std::size_t lanes() const { return lanes_.size(); }

 private:
  Relay* find(std::uint32_t id) { return const_cast<Relay*>(world_.relays.find(id)); }
  std::size_t lane_of(std::size_t wanted) const { return spread_ ? wanted % lanes_.size() : 0; }
  void join(Relay& relay);
  void leave(Relay& relay);

  World world_;
  Forwarder own_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  // Takes the place of a closed socket, whose number is free only when no thread can use it any more.
  int nowhere_ = -1;
  std::uint32_t next_listener_ = 0;
  const bool always_spread_;
  bool spread_;
  double balanced_at_ = 0;
  double cpu_before_ = 0;
};

}  // namespace turnpike
