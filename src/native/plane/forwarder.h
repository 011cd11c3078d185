// What happens to a packet. Each thread has one: the lanes, and the JavaScript thread for what it sends itself.
#pragma once

#include "inbox.h"
#include "outbox.h"
#include "replies.h"
#include "sockets.h"
#include "up_ring.h"
#include "world.h"

namespace turnpike {

// Read by other threads at any time.
struct ForwarderCounts {
  std::atomic<std::uint64_t> dropped_upwards{0};
  std::atomic<std::uint64_t> merged_reads{0};
  std::atomic<std::uint64_t> merged_packets{0};
};

class Forwarder final : private OutboxOwner {
 public:
  // `lane`: whose listener sockets it sends with.
  Forwarder(World& world, std::size_t lane, std::size_t ring_bytes);

  // To be called before the first packet of a round.
  void begin() {
    asked_ = false;
    now_ = world_.now();
    watched_ = world_.tapped.load(std::memory_order_relaxed);
    outbox_.begin(static_cast<std::uint64_t>(now_ * 1000), watched_);
  }
  void from_clients(const Listener& listener, const Datagrams& datagrams);
  void from_peer(const Relay& relay, const Datagrams& datagrams);
  // Of a client whose packets JavaScript receives.
  void on_channel(const Relay& relay, std::uint16_t channel, Span data, std::uint8_t tos);
  void to_peer(const Relay& relay, const Address& peer, const SocketAddress& to, Span data, std::uint8_t tos);
  // Whole, or not at all (RFC 8656 15).
  void to_peer_with_dont_fragment(const Relay& relay, const Address& peer, const SocketAddress& to, Span data);
  // A STUN message for that client of a listener. Leaves with `flush`.
  void reply(const Listener& listener, std::size_t lane, const Address& client, Span message);
  // The relay's socket has ICMP errors (RFC 8656 11.5).
  void read_errors(const Relay& relay) override;
  // Nothing that was handed in is needed any more.
  void flush();

  // A client has asked for something in this round.
  bool asked() const { return asked_; }
  UpRing& ring() { return ring_; }
  const ForwarderCounts& counts() const { return counts_; }
  const OutboxCounts& sends() const { return outbox_.counts(); }

 private:
  template <class Visit>
  void each_packet(const Datagrams& datagrams, Visit visit);
  void from_client(const Listener& listener, const ClientEntry* client, const Datagrams& datagrams, Span packet);
  bool challenge(const Listener& listener, const Address& client, Span packet);
  bool pass_indication(const ClientEntry& client, Span packet, std::uint8_t tos);
  const Relay* relay_at(const Address& address) const;
  void hairpin(const Relay& from, const Relay& to, const Address& peer, Span data, std::uint8_t tos);
  // What the client of `relay` hears from `peer`.
  void deliver(const Relay& relay, const Address& peer, const ChannelOf* channel, Span data, std::uint8_t tos);
  void deliver_to_stream(const Relay& relay, const Span* pieces, std::size_t count);
  // A STUN message has left, which a capture shows.
  void replied(const Listener& listener, const Address& client, Span message);
  void notify(const Relay& relay, const Address& peer, const IcmpNotice& icmp);
  void sent(const Relay&, Towards, const SocketAddress&, const Span* pieces, std::size_t count) override;
  bool up(UpKind kind, std::uint32_t id, const Address& local, const Address& remote, const Span* pieces, std::size_t count);
  void touch(const Relay& relay) const {
    relay.last_ms.store(static_cast<std::uint64_t>(now_ * 1000), std::memory_order_relaxed);
  }
  TransactionId transaction_id();

  World& world_;
  const std::size_t lane_;
  UpRing ring_;
  Outbox outbox_;
  Replies replies_;
  ForwarderCounts counts_;
  std::uint64_t random_;
  double now_ = 0;
  bool watched_ = false;
  bool asked_ = false;
};

}  // namespace turnpike
