#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "../plane.h"
#include "../sockets.h"
#include "check.h"
#include "stress.h"

namespace {

using namespace turnpike;
using Random = std::minstd_rand;

constexpr std::uint32_t kRelays = 12;
constexpr std::size_t kClients = 6;
constexpr std::size_t kPeers = 4;
constexpr std::uint16_t kFirstChannel = 0x4000;

struct Counted final : Waker {
  void wake() override { times.fetch_add(1); }
  std::atomic<std::uint64_t> times{0};
};

std::uint32_t below(Random& random, std::size_t end) { return static_cast<std::uint32_t>(random() % end); }

Address loopback(std::uint16_t port) {
  Address address;
  CHECK(parse_address("127.0.0.1", port, address));
  return address;
}

// A socket of the test: a client's, or a peer's.
struct Endpoint {
  Endpoint() : descriptor(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    const SocketAddress any = to_socket(loopback(0));
    CHECK(bind(descriptor, reinterpret_cast<const sockaddr*>(&any.storage), any.length) == 0);
    address = loopback(port_of_socket(descriptor));
  }
  ~Endpoint() { close(descriptor); }
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  void send(const Address& to, const std::uint8_t* bytes, std::size_t length) const {
    const SocketAddress where = to_socket(to);
    sendto(descriptor, bytes, length, MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&where.storage), where.length);
  }
  std::size_t drain() const {
    std::array<std::uint8_t, 65536> bytes;
    std::size_t count = 0;
    while (recv(descriptor, bytes.data(), bytes.size(), MSG_DONTWAIT) >= 0) count++;
    return count;
  }

  int descriptor;
  Address address;
};

void weak_mac(const std::uint8_t* key, const std::uint8_t* bytes, std::size_t length, std::uint8_t* out) {
  for (std::size_t i = 0; i < 32; i++) out[i] = static_cast<std::uint8_t>(key[i] ^ bytes[i % length]);
}

// An Allocate that nobody has signed.
std::size_t write_allocate(std::uint8_t* out) {
  constexpr std::uint8_t kHead[] = {0, 3, 0, 8, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  constexpr std::uint8_t kUdp[] = {0, 0x19, 0, 4, 17, 0, 0, 0};
  std::memcpy(out, kHead, sizeof kHead);
  std::memcpy(out + sizeof kHead, kUdp, sizeof kUdp);
  return sizeof kHead + sizeof kUdp;
}

std::unique_ptr<Challenge> some_challenge(Random& random) {
  auto challenge = std::make_unique<Challenge>();
  challenge->message.assign(20 + below(random, 100) + Challenge::kNonceBody, 0x5a);
  challenge->nonce_at = 20;
  challenge->per_second = 1 + below(random, 1000);
  return challenge;
}

// A port that nobody has now. Another program may take it: then opening fails, which is a case too.
std::uint16_t free_port() { return Endpoint().address.port; }

struct Setting {
  std::array<Endpoint, kClients> clients;
  std::array<Endpoint, kPeers> peers;
  // Bound addresses of the relays, for who sends: the ports stay the same whenever a relay is opened again.
  std::array<Address, kRelays> relays;
  Address listener;
  std::atomic<bool> done{false};
  std::atomic<std::uint64_t> heard{0};
};

std::size_t random_packet(Random& random, std::array<std::uint8_t, 2048>& bytes, const Address& peer) {
  const std::size_t length = below(random, 4) == 0 ? below(random, 1200) : 1000;
  std::memset(bytes.data(), 0x5a, bytes.size());
  switch (below(random, 4)) {
    case 0:
      write_channel_header(bytes.data(), static_cast<std::uint16_t>(kFirstChannel + below(random, 8)), length);
      return kChannelHeader + length;
    case 1: {
      const std::size_t head = write_data_header(bytes.data(), TransactionId{}, peer, length);
      // A Data indication and a Send indication differ in their type only.
      bytes[1] = 0x16;
      return head + length + padding_of(length);
    }
    case 2:
      return below(random, 2) == 0 ? below(random, 100) : write_allocate(bytes.data());
    default:
      write_channel_header(bytes.data(), kFirstChannel, below(random, 2000));
      return kChannelHeader + length;
  }
}

void send_packets(Setting& setting, std::uint32_t seed) {
  Random random(seed);
  std::array<std::uint8_t, 2048> bytes;
  while (!setting.done.load()) {
    for (int i = 0; i < 16; i++) {
      const Endpoint& peer = setting.peers[below(random, kPeers)];
      const Address& relay = setting.relays[below(random, kRelays)];
      const std::size_t length = random_packet(random, bytes, below(random, 3) == 0 ? relay : peer.address);
      setting.clients[below(random, kClients)].send(setting.listener, bytes.data(), length);
      peer.send(relay, bytes.data(), 500);
    }
    for (const Endpoint& one : setting.clients) setting.heard.fetch_add(one.drain());
    for (const Endpoint& one : setting.peers) setting.heard.fetch_add(one.drain());
  }
}

ClientPath path_of(Random& random, const Setting& setting) {
  ClientPath path;
  // One in eight has its client on a stream.
  if (below(random, 8) != 0) {
    path.listener = 0;
    path.client = setting.clients[below(random, kClients)].address;
    path.to = to_socket(path.client);
  }
  return path;
}

Address some_peer(Random& random, const Setting& setting) {
  if (below(random, 3) == 0) return setting.relays[below(random, kRelays)];
  return setting.peers[below(random, kPeers)].address;
}

void change_something(Plane& plane, Random& random, const Setting& setting) {
  const std::uint32_t id = below(random, kRelays);
  const auto channel = static_cast<std::uint16_t>(kFirstChannel + below(random, 8));
  std::array<std::uint8_t, 300> bytes{};
  switch (below(random, 12)) {
    case 0:
      plane.close_relay(id);
      break;
    case 1:
    case 2:
      if (!plane.has_relay(id)) {
        const double limit = below(random, 2) == 0 ? 0 : 1000;
        const Address& place = setting.relays[id];
        plane.open_relay({id, path_of(random, setting), id, place, place, limit, limit * 8000});
      }
      break;
    case 3:
      plane.move_relay(id, path_of(random, setting));
      break;
    case 4:
    case 5:
      plane.permit(id, loopback(0), below(random, 8) != 0);
      break;
    case 6:
    case 7:
      plane.bind_channel(id, channel, below(random, 4) == 0 ? std::nullopt : std::optional(some_peer(random, setting)));
      break;
    case 8:
      plane.admit(id, some_peer(random, setting));
      break;
    case 9:
      if (below(random, 4) == 0) plane.forget_admitted(id);
      plane.set_tapped(below(random, 4) == 0);
      plane.set_challenge(below(random, 4) == 0 ? nullptr : some_challenge(random), 1e9);
      plane.spread(below(random, 2) == 0);
      break;
    case 10:
      plane.send_to_peer(id, some_peer(random, setting), {bytes.data(), bytes.size()}, below(random, 2) == 0);
      break;
    default:
      plane.send_on_channel(id, channel, {bytes.data(), bytes.size()});
      plane.reply(0, 0, setting.clients[0].address, {bytes.data(), bytes.size()});
      plane.send_replies();
  }
}

// Whole records of known kinds. Returns how many.
std::size_t take_records(Plane& plane, std::vector<std::uint8_t>& out) {
  std::size_t records = 0;
  while (const std::size_t taken = plane.take(out.data(), out.size())) {
    for (std::size_t at = 0; at < taken; records++) {
      UpHead head;
      std::memcpy(&head, out.data() + at, sizeof head);
      CHECK(head.length >= sizeof head + head.payload && head.length % 8 == 0 && at + head.length <= taken);
      CHECK(head.kind >= UpKind::kPacket && head.kind <= UpKind::kUnanswered);
      CHECK(head.kind != UpKind::kPacket || (head.id == 0 && head.remote.family == 4));
      at += head.length;
    }
  }
  return records;
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  for (int i = 0; i < 1024; i++)
    if (fcntl(i, F_GETFD) >= 0) count++;
  return count;
}

void run_plane(Setting& setting, std::uint32_t seed) {
  Random random(seed);
  Counted waker;
  std::vector<std::uint8_t> out(1 << 18);
  auto opened = std::make_unique<Plane>(PlaneSetup{2, 1e-4, true, weak_mac}, waker);
  Plane& plane = *opened;
  CHECK(plane.start() == 0);
  setting.listener = loopback(0);
  std::uint32_t id = 0;
  CHECK(plane.listen(setting.listener, id) == 0 && id == 0);
  setting.done.store(false);
  std::vector<std::thread> senders;
  for (std::uint32_t i = 0; i < 2; i++) senders.emplace_back([&, i] { send_packets(setting, seed + i); });
  std::size_t records = 0;
  for (int i = 0; i < 6000; i++) {
    change_something(plane, random, setting);
    if (i % 32 == 0) records += take_records(plane, out);
    if (i % 64 == 0) std::this_thread::yield();
    if (const Relay* relay = plane.relay(below(random, kRelays))) CHECK(plane.idle_ms(*relay) >= -1000);
  }
  CHECK(records > 0 && waker.times.load() > 0);
  // While packets still come.
  opened.reset();
  setting.done.store(true);
  for (std::thread& sender : senders) sender.join();
}

}  // namespace

void stress_plane() {
  Setting setting;
  for (Address& relay : setting.relays) relay = loopback(free_port());
  const std::size_t before = open_descriptors();
  for (std::uint32_t seed = 1; seed <= 3; seed++) run_plane(setting, seed);
  CHECK(setting.heard.load() > 0);
  CHECK(open_descriptors() == before);
}
