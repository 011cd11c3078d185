#include "forwarder.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>

// After the C library's headers, whose names the kernel's would repeat.
#include <linux/errqueue.h>

namespace turnpike {
namespace {

constexpr std::array<std::uint8_t, 4> kZeros{};
// Room for the attributes of a Data indication around a payload.
constexpr std::size_t kLongestPayload = 65'400;
constexpr int kMostErrors = 32;

// What RFC 8656 11.5 tells the client: destination unreachable, time exceeded; for ICMPv6 packet too big as well.
bool is_relevant(const SocketError& error) {
  if (error.origin == SO_EE_ORIGIN_ICMP) return error.type == 3 || error.type == 11;
  return error.origin == SO_EE_ORIGIN_ICMP6 && (error.type == 1 || error.type == 2 || error.type == 3);
}

bool is_too_big(const SocketError& error) {
  return error.origin == SO_EE_ORIGIN_ICMP ? error.type == 3 && error.code == 4 : error.type == 2;
}

// As if the first router had sent it (RFC 792 with RFC 1191 4; RFC 4443 3.2): it is our own system that knows.
IcmpNotice too_large(const Address& peer, std::uint32_t mtu) {
  return peer.family == 6 ? IcmpNotice{2, 0, mtu} : IcmpNotice{3, 4, mtu};
}

}  // namespace

Forwarder::Forwarder(World& world, std::size_t lane, std::size_t ring_bytes)
    : world_(world), lane_(lane), ring_(ring_bytes), outbox_(*this, world.may_run), random_(1) {
  std::uint64_t seed = 0;
  if (getrandom(&seed, sizeof(seed), 0) == sizeof(seed)) random_ |= seed;
}

// A read without bytes is a packet too.
template <class Visit>
void Forwarder::each_packet(const Datagrams& datagrams, Visit visit) {
  std::size_t packets = 0;
  std::size_t at = 0;
  do {
    visit(Span{datagrams.data + at, std::min(datagrams.segment, datagrams.length - at)});
    at += datagrams.segment;
    packets++;
  } while (at < datagrams.length);
  if (packets == 1) return;
  counts_.merged_reads.fetch_add(1, std::memory_order_relaxed);
  counts_.merged_packets.fetch_add(packets, std::memory_order_relaxed);
}

void Forwarder::from_clients(const Listener& listener, const Datagrams& datagrams) {
  const ClientEntry* client = listener.clients.find(datagrams.from);
  each_packet(datagrams, [&](Span packet) {
    if (watched_) up(UpKind::kTapIn, listener.id, listener.address, datagrams.from, &packet, 1);
    from_client(listener, client, datagrams, packet);
  });
}

void Forwarder::from_client(const Listener& listener, const ClientEntry* client, const Datagrams& datagrams, Span packet) {
  ChannelData frame{};
  if (client != nullptr) {
    if (read_channel_data(packet.data, packet.length, frame))
      return on_channel(client->with_channel(frame.channel), frame.channel, frame.data, datagrams.tos);
    if (pass_indication(*client, packet, datagrams.tos)) return;
  }
  if (client == nullptr && challenge(listener, datagrams.from, packet)) return;
  asked_ = true;
  if (!up(UpKind::kPacket, listener.id, listener.address, datagrams.from, &packet, 1))
    counts_.dropped_upwards.fetch_add(1, std::memory_order_relaxed);
}

// A client without a relay that asks for one, and has not signed.
bool Forwarder::challenge(const Listener& listener, const Address& client, Span packet) {
  const Challenge* challenge = world_.challenge.load(std::memory_order_acquire);
  TransactionId id;
  if (challenge == nullptr || !read_unsigned_allocate(packet.data, packet.length, id)) return false;
  const bool answered = challenge->budget.spend(client, static_cast<std::uint32_t>(now_), challenge->per_second);
  if (answered) {
    asked_ = true;
    std::array<std::uint8_t, Challenge::kLongest> bytes;
    const std::size_t length = write_challenge(*challenge, world_.mac, listener.id, client, id, now_, bytes.data());
    reply(listener, lane_, client, {bytes.data(), length});
  }
  up(answered ? UpKind::kChallenged : UpKind::kUnanswered, listener.id, listener.address, client, nullptr, 0);
  return true;
}

bool Forwarder::pass_indication(const ClientEntry& client, Span packet, std::uint8_t tos) {
  SendIndication indication{};
  if (!read_send_indication(packet.data, packet.length, indication)) return false;
  for (const Relay* relay : client.relays) {
    if (relay == nullptr || relay->bound.family != indication.peer.family) continue;
    const Admission* admission = relay->admissions.find(indication.peer);
    if (admission == nullptr || !relay->is_permitted(indication.peer)) return false;
    const Relay* neighbour = relay_at(indication.peer);
    if ((neighbour == nullptr ? kNone : neighbour->id) != admission->relay) return false;
    to_peer(*relay, admission->peer, admission->to, indication.data, tos);
    return true;
  }
  return false;
}

void Forwarder::from_peer(const Relay& relay, const Datagrams& datagrams) {
  const bool permitted = relay.is_permitted(datagrams.from);
  const ChannelOf* channel = permitted ? relay.channel_of.find(datagrams.from) : nullptr;
  each_packet(datagrams, [&](Span packet) {
    if (watched_) up(UpKind::kTapIn, relay.id, relay.bound, datagrams.from, &packet, 1);
    // Before the limit: a stranger must not use up what the client's peers may send.
    if (!permitted)
      relay.count(Count::kRefusedPackets);
    else if (relay.within_limit(packet.length, now_))
      deliver(relay, datagrams.from, channel, packet, datagrams.tos);
  });
}

void Forwarder::on_channel(const Relay& relay, std::uint16_t number, Span data, std::uint8_t tos) {
  const Channel* channel = relay.channels.find(number);
  if (channel != nullptr)
    to_peer(relay, channel->peer, channel->to, data, tos);
  else
    relay.count(Count::kRefusedPackets);
}

void Forwarder::to_peer(const Relay& relay, const Address& peer, const SocketAddress& to, Span data, std::uint8_t tos) {
  if (!relay.within_limit(data.length, now_)) return;
  touch(relay);
  if (const Relay* neighbour = relay_at(peer)) return hairpin(relay, *neighbour, peer, data, tos);
  outbox_.add({relay.descriptor, &to, tos, &relay, Towards::kPeer, {data, {}, {}}, data.length});
}

void Forwarder::to_peer_with_dont_fragment(const Relay& relay, const Address& peer, const SocketAddress& to, Span data) {
  if (!relay.within_limit(data.length, now_)) return;
  touch(relay);
  if (const Relay* neighbour = relay_at(peer)) return hairpin(relay, *neighbour, peer, data, 0);
  int failure = 0;
  const auto send = [&] {
    failure = send_whole(relay.descriptor, to, data.data, data.length);
    if (failure != 0) read_errors(relay);
    return failure == 0;
  };
  // A second time, because an ICMP error that waited is told instead of sending.
  const bool done = send() || (failure != EMSGSIZE && failure != EAGAIN && send());
  if (failure == EMSGSIZE) notify(relay, peer, too_large(peer, relay.local_mtu.exchange(0, std::memory_order_relaxed)));
  relay.count(done ? Count::kSentPackets : Count::kDroppedPackets);
  if (!done) return;
  relay.count(Count::kSentBytes, data.length);
  if (watched_) sent(relay, Towards::kPeer, to, &data, 1);
}

void Forwarder::hairpin(const Relay& from, const Relay& to, const Address& peer, Span data, std::uint8_t tos) {
  from.count(Count::kHairpinPackets);
  from.count(Count::kSentPackets);
  from.count(Count::kSentBytes, data.length);
  if (watched_) up(UpKind::kTapInside, from.id, from.advertised, peer, &data, 1);
  if (!to.is_permitted(from.advertised)) return to.count(Count::kRefusedPackets);
  if (!to.within_limit(data.length, now_)) return;
  deliver(to, from.advertised, to.channel_of.find(from.advertised), data, tos);
}

void Forwarder::deliver(const Relay& relay, const Address& peer, const ChannelOf* channel, Span data, std::uint8_t tos) {
  touch(relay);
  if (data.length > kLongestPayload) return relay.count(Count::kDroppedPackets);
  const ClientPath& path = *relay.client.load(std::memory_order_acquire);
  const Listener* listener = world_.listener(path.listener);
  const bool stream = listener == nullptr;
  std::uint8_t* head = outbox_.header(kLongestDataHeader);
  std::array<Span, 3> pieces{Span{head, kChannelHeader}, data, Span{}};
  if (channel != nullptr) {
    write_channel_header(head, channel->number, data.length);
    // RFC 8656 12.5: padding only over TCP.
    if (stream) pieces[2] = {kZeros.data(), padding_of(data.length)};
  } else {
    pieces[0].length = write_data_header(head, transaction_id(), peer, data.length);
    pieces[2] = {kZeros.data(), padding_of(data.length)};
  }
  if (stream) return deliver_to_stream(relay, pieces.data(), pieces.size());
  const int descriptor = listener->descriptors[std::min(lane_, listener->lanes - 1)];
  outbox_.add({descriptor, &path.to, tos, &relay, Towards::kClient, pieces, data.length});
}

// Counted by JavaScript, which knows whether the connection took it.
void Forwarder::deliver_to_stream(const Relay& relay, const Span* pieces, std::size_t count) {
  if (!up(UpKind::kFrame, relay.id, Address{}, Address{}, pieces, count)) relay.count(Count::kDroppedPackets);
}

void Forwarder::reply(const Listener& listener, std::size_t lane, const Address& client, Span message) {
  if (message.length > Replies::kBytes) return;
  if (!replies_.has_room(message.length)) flush();
  replies_.add(listener.descriptors[std::min(lane, listener.lanes - 1)], listener, client, message);
}

void Forwarder::replied(const Listener& listener, const Address& client, Span message) {
  if (watched_) up(UpKind::kTapOut, listener.id, listener.address, client, &message, 1);
}

void Forwarder::flush() {
  outbox_.flush();
  replies_.send([this](const Replies::Reply& one) { replied(*one.listener, one.client, one.message); });
}

void Forwarder::read_errors(const Relay& relay) {
  SocketError error{};
  // More wake the lane again: whoever forges ICMP must not keep it here.
  for (int i = 0; i < kMostErrors && read_socket_error(relay.descriptor, error); i++) {
    if (error.origin == SO_EE_ORIGIN_LOCAL && error.error == EMSGSIZE)
      relay.local_mtu.store(error.info, std::memory_order_relaxed);
    else if (is_relevant(error))
      notify(relay, error.peer, {error.type, error.code, is_too_big(error) ? error.info : 0});
  }
}

// RFC 8656 11.5: permitted must be the peer that the packet was for, whoever sent the error.
void Forwarder::notify(const Relay& relay, const Address& peer, const IcmpNotice& icmp) {
  if (!relay.is_permitted(peer) || !relay.within_limit(0, now_)) return;
  std::array<std::uint8_t, kLongestIcmpIndication> bytes;
  const Span message{bytes.data(), write_icmp_indication(bytes.data(), transaction_id(), peer, icmp)};
  const ClientPath& path = *relay.client.load(std::memory_order_acquire);
  const Listener* listener = world_.listener(path.listener);
  if (listener == nullptr) return deliver_to_stream(relay, &message, 1);
  const int descriptor = listener->descriptors[std::min(lane_, listener->lanes - 1)];
  if (send_packet(descriptor, path.to, message.data, message.length) != 0) return relay.count(Count::kDroppedPackets);
  replied(*listener, path.client, message);
}

void Forwarder::sent(const Relay& relay, Towards towards, const SocketAddress& to, const Span* pieces, std::size_t count) {
  const Address remote = from_socket(to.storage);
  if (towards == Towards::kPeer) {
    up(UpKind::kTapOut, relay.id, relay.bound, remote, pieces, count);
    return;
  }
  const Listener* listener = world_.listener(relay.client.load(std::memory_order_acquire)->listener);
  if (listener != nullptr) up(UpKind::kTapOut, listener->id, listener->address, remote, pieces, count);
}

bool Forwarder::up(UpKind kind, std::uint32_t id, const Address& local, const Address& remote, const Span* pieces,
                   std::size_t count) {
  UpHead head;
  head.id = id;
  head.lane = static_cast<std::uint16_t>(lane_);
  head.kind = kind;
  head.local = local;
  head.remote = remote;
  // What strangers and captures send up leaves room for what clients are waiting for.
  const bool frame = kind == UpKind::kFrame;
  if ((frame || !ring_.half_full()) && ring_.push(head, pieces, count)) return true;
  if (kind != UpKind::kFrame && kind != UpKind::kPacket) counts_.dropped_upwards.fetch_add(1, std::memory_order_relaxed);
  return false;
}

const Relay* Forwarder::relay_at(const Address& address) const {
  const RelayAt* found = world_.by_address.find(address);
  return found == nullptr ? nullptr : found->relay;
}

// xorshift64*: indications are answered by nobody, so their ids need only differ.
TransactionId Forwarder::transaction_id() {
  TransactionId id;
  for (std::size_t i = 0; i < id.size(); i += 4) {
    random_ ^= random_ >> 12;
    random_ ^= random_ << 25;
    random_ ^= random_ >> 27;
    const auto word = static_cast<std::uint32_t>((random_ * 0x2545f4914f6cdd1dU) >> 32);
    std::memcpy(&id[i], &word, sizeof(word));
  }
  return id;
}

}  // namespace turnpike
