#include "traffic.h"

#include <arpa/inet.h>
#include <linux/sock_diag.h>
#include <netinet/udp.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "clock.h"

namespace {

constexpr size_t kChannelHeader = 4;
constexpr int kEvents = 512;
// We look at our sockets by our own clock and never wait at them: to wake us would cost the server time that it does
// not need to reach another machine. What is due, or has come, within a tick is handled together, as by a network card.
constexpr uint64_t kTick = 50'000;
// After which silence what is still missing is lost.
constexpr uint64_t kSilence = 100 * kMillisecond;
constexpr uint64_t kMaxDrain = 2 * kSecond;
// Received ones are looked at after at most so many sent packets.
constexpr unsigned kAtOnce = 64;

// What every payload begins with.
struct Stamp {
  uint32_t run;
  uint32_t unused;
  uint64_t sequence;
  uint64_t sent_at;
};

uint64_t tagged(const Flow& flow, bool is_far) {
  return reinterpret_cast<uint64_t>(&flow) | static_cast<uint64_t>(is_far);
}

void watch(int epoll, const End& end, uint64_t tag) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = tag;
  epoll_ctl(epoll, EPOLL_CTL_ADD, end.socket, &event);
}

void prepare(mmsghdr* messages, iovec* parts, size_t count) {
  for (size_t i = 0; i < count; i++) {
    messages[i] = mmsghdr{};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
}

uint64_t drops_of(int socket) {
  uint32_t info[SK_MEMINFO_VARS] = {};
  socklen_t size = sizeof info;
  getsockopt(socket, SOL_SOCKET, SO_MEMINFO, info, &size);
  return info[SK_MEMINFO_DROPS];
}

}  // namespace

Traffic::Traffic(std::vector<Flow>& flows, const Load& load, uint32_t run)
    : flows_(flows),
      load_(load),
      run_(run),
      bursts_per_nanosecond_(load.bursts_per_second * static_cast<double>(flows.size()) / 1e9),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      out_(kBatch * kPacket),
      in_(kBatch * kPacket) {
  for (Flow& flow : flows_) {
    watch(epoll_, flow.near, tagged(flow, false));
    watch(epoll_, flow.far, tagged(flow, true));
  }
  prepare(out_messages_, out_parts_, kBatch);
  prepare(in_messages_, in_parts_, kBatch);
}

Traffic::~Traffic() { close(epoll_); }

Tally Traffic::play() {
  const uint64_t drops = own_drops();
  began_at_ = now();
  for (uint64_t time = began_at_; time < began_at_ + load_.nanoseconds; time = now()) {
    send_due(time);
    sleep_until(next_look(time));
    receive();
  }
  const double planned = static_cast<double>(load_.nanoseconds) * bursts_per_nanosecond_;
  tally_.planned = static_cast<uint64_t>(planned) * load_.burst;
  drain();
  tally_.own_drops = own_drops() - drops;
  return std::move(tally_);
}

void Traffic::send_due(uint64_t time) {
  const auto due = static_cast<uint64_t>(static_cast<double>(time - began_at_) * bursts_per_nanosecond_) + 1;
  for (unsigned sent = 0; bursts_ < due && sent < kAtOnce; bursts_++, sent += load_.burst)
    send_burst(flows_[bursts_ % flows_.size()], now());
}

void Traffic::send_burst(Flow& flow, uint64_t time) {
  const size_t size = load_.size + (flow.near.channel == 0 ? 0 : kChannelHeader);
  for (unsigned i = 0; i < load_.burst; i++) {
    out_parts_[i] = {out_.data() + i * size, size};
    write_packet(out_.data() + i * size, flow, time);
  }
  if (load_.merged) return send_merged(flow, size);
  const int sent = sendmmsg(flow.near.socket, out_messages_, load_.burst, MSG_DONTWAIT);
  if (sent > 0) tally_.sent += static_cast<uint64_t>(sent);
}

void Traffic::send_merged(Flow& flow, size_t size) {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(uint16_t))] = {};
  iovec whole = {out_.data(), size * load_.burst};
  msghdr message{};
  message.msg_iov = &whole;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_UDP;
  header->cmsg_type = UDP_SEGMENT;
  header->cmsg_len = CMSG_LEN(sizeof(uint16_t));
  const auto segment = static_cast<uint16_t>(size);
  std::memcpy(CMSG_DATA(header), &segment, sizeof segment);
  if (sendmsg(flow.near.socket, &message, MSG_DONTWAIT) > 0) tally_.sent += load_.burst;
}

void Traffic::write_packet(uint8_t* at, Flow& flow, uint64_t time) {
  if (flow.near.channel != 0) {
    const uint16_t header[2] = {htons(flow.near.channel), htons(static_cast<uint16_t>(load_.size))};
    std::memcpy(at, header, sizeof header);
    at += sizeof header;
  }
  const Stamp stamp = {run_, 0, ++flow.next, time};
  std::memcpy(at, &stamp, sizeof stamp);
}

uint64_t Traffic::next_look(uint64_t time) const {
  const auto next = began_at_ + static_cast<uint64_t>(static_cast<double>(bursts_) / bursts_per_nanosecond_);
  return next < time ? time : time + kTick;
}

bool Traffic::receive() {
  epoll_event events[kEvents];
  const int count = epoll_wait(epoll_, events, kEvents, 0);
  for (int i = 0; i < count; i++) {
    const uint64_t tag = events[i].data.u64;
    take(*reinterpret_cast<Flow*>(tag & ~uint64_t{1}), (tag & 1) != 0);
  }
  return count > 0;
}

void Traffic::take(Flow& flow, bool is_far) {
  const End& end = is_far ? flow.far : flow.near;
  for (unsigned i = 0; i < kBatch; i++) in_parts_[i] = {in_.data() + i * kPacket, kPacket};
  const int count = recvmmsg(end.socket, in_messages_, kBatch, MSG_DONTWAIT, nullptr);
  if (count <= 0) return;
  const uint64_t time = now();
  const size_t header = end.channel == 0 ? 0 : kChannelHeader;
  unsigned echoes = 0;
  for (unsigned i = 0; i < static_cast<unsigned>(count); i++) {
    const size_t length = in_messages_[i].msg_len;
    uint8_t* packet = in_.data() + i * kPacket;
    if (length < header + sizeof(Stamp) || !take_packet(flow, is_far, packet + header, time)) continue;
    out_parts_[echoes++] = {packet, length};
  }
  if (!is_far || echoes == 0) return;
  const int sent = sendmmsg(end.socket, out_messages_, echoes, MSG_DONTWAIT);
  if (sent > 0) tally_.echoed += static_cast<uint64_t>(sent);
}

bool Traffic::take_packet(Flow& flow, bool is_far, const uint8_t* payload, uint64_t time) {
  Stamp stamp;
  std::memcpy(&stamp, payload, sizeof stamp);
  if (stamp.run != run_) return false;
  (is_far ? tally_.far : tally_.near)++;
  uint64_t& seen = is_far ? flow.seen_far : flow.seen_near;
  if (stamp.sequence < seen) tally_.out_of_order++;
  seen = std::max(seen, stamp.sequence);
  if (!is_far) tally_.times.push_back(static_cast<uint32_t>(std::min(time - stamp.sent_at, kSecond)));
  return true;
}

void Traffic::drain() {
  const uint64_t began_at = now();
  for (uint64_t heard_at = began_at; now() < heard_at + kSilence && now() < began_at + kMaxDrain;) {
    if (tally_.near == tally_.echoed && tally_.far == tally_.sent) return;
    sleep_until(now() + kTick);
    if (receive()) heard_at = now();
  }
}

uint64_t Traffic::own_drops() const {
  uint64_t drops = 0;
  for (const Flow& flow : flows_) drops += drops_of(flow.near.socket) + drops_of(flow.far.socket);
  return drops;
}
