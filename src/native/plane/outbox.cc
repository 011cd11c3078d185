#include "outbox.h"

#include <algorithm>
#include <cerrno>

namespace turnpike {
namespace {

std::size_t spread(std::uint64_t key) { return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15U) >> 56); }

std::size_t hint_of(int descriptor, const SocketAddress* to) {
  return spread(static_cast<std::uint64_t>(descriptor) ^ reinterpret_cast<std::uintptr_t>(to));
}

// The errors that a run may meet where its packets, one by one, would not.
constexpr std::array<int, 4> kRunFailures{EINVAL, ENOPROTOOPT, EIO, EMSGSIZE};

constexpr int kFlags = MSG_DONTWAIT | MSG_NOSIGNAL;

// 1, or -1. The system has less to look at if a packet is in one piece and nothing is said of it.
int send_one(int descriptor, const msghdr& header) {
  const iovec& piece = *header.msg_iov;
  const auto* to = static_cast<const sockaddr*>(header.msg_name);
  const auto sent = header.msg_iovlen == 1 && header.msg_controllen == 0
                        ? sendto(descriptor, piece.iov_base, piece.iov_len, kFlags, to, header.msg_namelen)
                        : sendmsg(descriptor, &header, kFlags);
  return sent < 0 ? -1 : 1;
}

}  // namespace

std::uint8_t* Outbox::header(std::size_t length) {
  if (header_bytes_ + length > kHeaders || count_ == kMessages || piece_count_ + 3 > kPieces) flush();
  std::uint8_t* place = &headers_[header_bytes_];
  header_bytes_ += length;
  return place;
}

void Outbox::add(const Outgoing& packet) {
  // Callers without a header have not asked for room.
  if (count_ == kMessages || piece_count_ + 3 > kPieces) flush();
  std::size_t length = 0;
  for (const Span& piece : packet.pieces) length += piece.length;
  Hint& hint = runs_[hint_of(packet.descriptor, packet.to)];
  if (hint.round == round_ && join(messages_[hint.index], packet, length)) return;
  const auto index = static_cast<std::uint16_t>(count_++);
  Message& message = messages_[index];
  message = {packet.descriptor, packet.to, packet.relay, packet.towards, packet.tos, false, kEnd, kEnd, kEnd, 0, 0, length, 0};
  append(message, packet, length);
  hint = {round_, index};
  link_to_socket(index);
}

// All packets of a run have one size, but the last may be shorter.
bool Outbox::join(Message& message, const Outgoing& packet, std::size_t length) {
  const auto towards = static_cast<std::size_t>(packet.towards);
  const bool same = message.descriptor == packet.descriptor && message.to == packet.to && message.tos == packet.tos &&
                    message.relay == packet.relay && message.towards == packet.towards;
  if (!same || message.full || length > message.segment || length == 0) return false;
  if (message.segments == kMostSegments || message.bytes + length > kMostBytes) return false;
  if (!may_run_.load(std::memory_order_relaxed)) return false;
  if (packet.relay->run_limits[towards].refuses(message.segment, now_ms_)) return false;
  message.full = length < message.segment;
  append(message, packet, length);
  return true;
}

void Outbox::append(Message& message, const Outgoing& packet, std::size_t length) {
  std::size_t payload = packet.payload;
  for (const Span& span : packet.pieces) {
    if (span.length == 0 && !(payload == 0 && length == 0 && message.pieces == 0)) continue;
    const auto index = static_cast<std::uint16_t>(piece_count_++);
    pieces_[index] = {span, payload, kEnd};
    payload = kInside;
    if (message.last_piece == kEnd)
      message.first_piece = index;
    else
      pieces_[message.last_piece].next = index;
    message.last_piece = index;
    message.pieces++;
  }
  message.segments++;
  message.bytes += length;
}

void Outbox::link_to_socket(std::uint16_t index) {
  const int descriptor = messages_[index].descriptor;
  Hint& hint = sockets_[spread(static_cast<std::uint64_t>(descriptor))];
  if (hint.round == round_ && messages_[firsts_[hint.index]].descriptor == descriptor) {
    messages_[lasts_[hint.index]].next = index;
    lasts_[hint.index] = index;
    return;
  }
  hint = {round_, static_cast<std::uint16_t>(socket_count_)};
  firsts_[socket_count_] = lasts_[socket_count_] = index;
  socket_count_++;
}

void Outbox::flush() {
  for (std::size_t i = 0; i < socket_count_; i++) send_socket(firsts_[i]);
  count_ = piece_count_ = header_bytes_ = socket_count_ = 0;
  round_++;
}

void Outbox::send_socket(std::uint16_t first) {
  std::array<std::uint16_t, kMessages> order;
  std::size_t count = 0;
  std::size_t piece = 0;
  for (std::uint16_t index = first; index != kEnd; index = messages_[index].next) {
    describe(messages_[index], wire_[count].msg_hdr, &places_[piece], controls_[count].data());
    piece += messages_[index].pieces;
    order[count++] = index;
  }
  const int descriptor = messages_[first].descriptor;
  for (std::size_t i = 0; i < count;) {
    const auto rest = static_cast<unsigned>(count - i);
    const int sent = rest == 1 ? send_one(descriptor, wire_[i].msg_hdr) : sendmmsg(descriptor, &wire_[i], rest, kFlags);
    const int failure = errno;
    for (int n = 0; n < sent; n++) delivered(messages_[order[i++]]);
    if (sent > 0) continue;
    send_again(messages_[order[i]], wire_[i].msg_hdr, failure);
    i++;
  }
}

void Outbox::describe(const Message& message, msghdr& header, iovec* places, std::uint8_t* control) const {
  std::uint16_t index = message.first_piece;
  for (std::size_t i = 0; i < message.pieces; i++, index = pieces_[index].next)
    places[i] = {const_cast<std::uint8_t*>(pieces_[index].span.data), pieces_[index].span.length};
  header = message_of(&message.to->storage, message.to->length, places, message.pieces);
  header.msg_control = control;
  if (message.segments > 1) add_control(header, SOL_UDP, UDP_SEGMENT, static_cast<std::uint16_t>(message.segment));
  if (message.tos == 0) return;
  if (message.to->storage.sin6_family == AF_INET6)
    add_control(header, IPPROTO_IPV6, IPV6_TCLASS, int{message.tos});
  else
    add_control(header, IPPROTO_IP, IP_TOS, int{message.tos});
}

// An ICMP error that waits is told instead of sending, once, whatever packet it is about. Only then the packet has its own
// answer.
void Outbox::send_again(const Message& message, msghdr& header, int failure) {
  if (failure != EAGAIN && failure != ENOBUFS && message.towards == Towards::kPeer) {
    owner_.read_errors(*message.relay);
    if (sendmsg(message.descriptor, &header, kFlags) >= 0) return delivered(message);
    failure = errno;
  }
  if (!must_split(message, failure)) return message.relay->count(Count::kDroppedPackets, message.segments);
  send_singly(message);
}

bool Outbox::must_split(const Message& message, int failure) {
  const auto* known = std::find(kRunFailures.begin(), kRunFailures.end(), failure);
  if (message.segments < 2 || known == kRunFailures.end()) return false;
  counts_.fallbacks[static_cast<std::size_t>(known - kRunFailures.begin())].fetch_add(1, std::memory_order_relaxed);
  // Without checksums by the device (EIO) no run goes that way, else none of that size.
  const bool any = failure == EIO || failure == ENOPROTOOPT;
  message.relay->run_limits[static_cast<std::size_t>(message.towards)].set(any ? 0 : message.segment, now_ms_);
  return true;
}

void Outbox::send_singly(const Message& message) {
  std::uint16_t index = message.first_piece;
  for (std::size_t left = message.pieces; left > 0;) {
    Message single = message;
    single.first_piece = index;
    single.segments = 1;
    single.pieces = 0;
    do {
      index = pieces_[index].next;
      single.pieces++;
      left--;
    } while (left > 0 && pieces_[index].payload == kInside);
    msghdr header;
    std::array<iovec, 3> places;
    alignas(cmsghdr) std::array<std::uint8_t, kControl> control{};
    describe(single, header, places.data(), control.data());
    if (sendmsg(message.descriptor, &header, kFlags) >= 0)
      delivered(single);
    else
      message.relay->count(Count::kDroppedPackets);
  }
}

void Outbox::delivered(const Message& message) {
  std::size_t payload = 0;
  std::uint16_t index = message.first_piece;
  for (std::size_t i = 0; i < message.pieces; i++, index = pieces_[index].next)
    if (pieces_[index].payload != kInside) payload += pieces_[index].payload;
  const bool to_peer = message.towards == Towards::kPeer;
  message.relay->count(to_peer ? Count::kSentPackets : Count::kReceivedPackets, message.segments);
  message.relay->count(to_peer ? Count::kSentBytes : Count::kReceivedBytes, payload);
  if (message.segments > 1) {
    counts_.run_sends.fetch_add(1, std::memory_order_relaxed);
    counts_.run_packets.fetch_add(message.segments, std::memory_order_relaxed);
  }
  if (watched_) tell(message);
}

// Packet by packet, as a capture shows them.
void Outbox::tell(const Message& message) const {
  std::array<Span, 3> packet;
  std::size_t count = 0;
  std::uint16_t index = message.first_piece;
  for (std::size_t i = 0; i < message.pieces; i++, index = pieces_[index].next) {
    if (i > 0 && pieces_[index].payload != kInside) {
      owner_.sent(*message.relay, message.towards, *message.to, packet.data(), count);
      count = 0;
    }
    packet[count++] = pieces_[index].span;
  }
  owner_.sent(*message.relay, message.towards, *message.to, packet.data(), count);
}

}  // namespace turnpike
