// The rules of one relayed transport address. The JavaScript thread changes them, every thread reads them.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "address.h"
#include "table.h"
#include "token_bucket.h"

namespace turnpike {

constexpr std::uint32_t kNone = UINT32_MAX;

// Where the packets of a relay's client go. Replaced as a whole when the client moves.
struct ClientPath {
  // kNone: a stream, which is JavaScript's.
  std::uint32_t listener = kNone;
  Address client;
  SocketAddress to{};
};

struct Channel {
  std::uint32_t number;
  Address peer;
  SocketAddress to;
  std::uint32_t key() const { return number; }
};

// The channel on which the client hears a peer.
struct ChannelOf {
  Address peer;
  std::uint16_t number;
  const Address& key() const { return peer; }
};

struct Permission {
  // Without a port.
  Address ip;
  const Address& key() const { return ip; }
};

// A peer to which Send indications pass.
struct Admission {
  Address peer;
  SocketAddress to;
  // Which relay of this plane was at that address when it was judged; kNone if none was.
  std::uint32_t relay;
  const Address& key() const { return peer; }
};

// In the order of RelayCounters.
enum class Count : std::size_t {
  kSentPackets,
  kSentBytes,
  kReceivedPackets,
  kReceivedBytes,
  kHairpinPackets,
  kRefusedPackets,
  kDroppedPackets,
  kLimitedPackets,
};
constexpr std::size_t kCounts = 8;

// Runs of packets of some size are refused by the system on the way there; for a while, since ways change.
class RunLimit {
 public:
  void set(std::size_t size, std::uint64_t now_ms) const {
    state_.store((now_ms + kLasts) << 16 | size, std::memory_order_relaxed);
  }
  bool refuses(std::size_t size, std::uint64_t now_ms) const {
    const std::uint64_t state = state_.load(std::memory_order_relaxed);
    return state != 0 && size >= (state & 0xffff) && now_ms < state >> 16;
  }

 private:
  static constexpr std::uint64_t kLasts = 60'000;
  mutable std::atomic<std::uint64_t> state_{0};
};

struct Relay {
  Relay(std::uint32_t id_, double packets_per_second, double bits_per_second)
      : id(id_), limited(packets_per_second > 0 || bits_per_second > 0), limit(packets_per_second, bits_per_second) {}
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  std::uint32_t key() const { return id; }
  void count(Count what, std::uint64_t by = 1) const {
    counters[static_cast<std::size_t>(what)].fetch_add(by, std::memory_order_relaxed);
  }
  bool is_permitted(const Address& peer) const { return permissions.find(peer.without_port()) != nullptr; }
  // Seconds of the plane's clock. Counts what it refuses.
  bool within_limit(std::size_t bytes, double now) const {
    if (!limited || limit.take(bytes, now)) return true;
    count(Count::kLimitedPackets);
    return false;
  }

  const std::uint32_t id;
  Address bound;
  Address advertised;
  // Open until the relay is freed, but after `closeRelay` without a port.
  int descriptor = -1;
  // The lane whose epoll has the socket.
  std::size_t lane = 0;
  const bool limited;
  mutable RateLimit limit;
  std::atomic<const ClientPath*> client{nullptr};
  Table<std::uint32_t, Channel> channels;
  Table<Address, ChannelOf> channel_of;
  Table<Address, Permission> permissions;
  Table<Address, Admission> admissions;
  mutable std::array<std::atomic<std::uint64_t>, kCounts> counters{};
  // When a packet last passed, in milliseconds of the plane's clock.
  mutable std::atomic<std::uint64_t> last_ms{0};
  // What the system itself said last about a packet that was too large; it does not say for whom.
  mutable std::atomic<std::uint32_t> local_mtu{0};
  // What the system refused, towards peers and towards the client.
  mutable std::array<RunLimit, 2> run_limits;
};

// A relay by one of its two addresses. The relay itself is owned by the table of ids.
struct RelayAt {
  Address address;
  const Relay* relay;
  const Address& key() const { return address; }
};

// The relays of one client: one, or two of different families (RFC 8656 7.2).
struct ClientEntry {
  Address client;
  std::array<const Relay*, 2> relays{};
  const Address& key() const { return client; }
  // The one that has the channel; else the first, which then counts the packet as refused.
  const Relay& with_channel(std::uint16_t number) const {
    const bool second = relays[1] != nullptr && relays[0]->channels.find(number) == nullptr &&
                        relays[1]->channels.find(number) != nullptr;
    return *relays[second ? 1 : 0];
  }
};

// UDP sockets of one address, one for each lane.
struct Listener {
  ~Listener();
  std::uint32_t id = 0;
  Address address;
  std::unique_ptr<int[]> descriptors;
  std::size_t lanes = 0;
  Table<Address, ClientEntry> clients;
};

}  // namespace turnpike
