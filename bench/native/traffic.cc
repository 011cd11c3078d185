#include "traffic.h"

#include <arpa/inet.h>
#include <linux/sock_diag.h>
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
// The same of each flow, where what is due of it is sent together.
constexpr uint64_t kGathered = 16;

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
      out_(kMaxBurst * (load.size + kChannelHeader)) {
  for (Flow& flow : flows_) {
    watch(epoll_, flow.near, tagged(flow, false));
    watch(epoll_, flow.far, tagged(flow, true));
  }
  tally_.times.reserve(static_cast<size_t>(planned_bursts()) * load.burst + kMaxBurst);
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
  tally_.planned = planned_bursts() * load_.burst;
  drain();
  tally_.own_drops = own_drops() - drops;
  return std::move(tally_);
}

uint64_t Traffic::planned_bursts() const {
  return static_cast<uint64_t>(static_cast<double>(load_.nanoseconds) * bursts_per_nanosecond_);
}

void Traffic::send_due(uint64_t time) {
  const auto due = static_cast<uint64_t>(static_cast<double>(time - began_at_) * bursts_per_nanosecond_) + 1;
  if (load_.run > load_.burst) return send_gathered(due);
  for (unsigned sent = 0; bursts_ < due && sent < kAtOnce; bursts_++, sent += load_.burst)
    send_burst(flows_[bursts_ % flows_.size()], load_.burst);
}

void Traffic::send_gathered(uint64_t due) {
  const uint64_t flows = flows_.size();
  const uint64_t bursts = std::min(due - bursts_, std::max<uint64_t>(kGathered / load_.burst, 1) * flows);
  for (uint64_t i = 0; i < std::min(bursts, flows); i++) {
    const auto own = static_cast<unsigned>((bursts - i - 1) / flows + 1);
    send_burst(flows_[(bursts_ + i) % flows], own * load_.burst);
  }
  bursts_ += bursts;
}

void Traffic::send_burst(Flow& flow, unsigned count) {
  const uint64_t time = now();
  const size_t size = load_.size + (flow.near.channel == 0 ? 0 : kChannelHeader);
  out_packets_.clear();
  for (unsigned i = 0; i < count; i++) {
    write_packet(out_.data() + i * size, flow, time);
    out_packets_.push_back({out_.data() + i * size, size});
  }
  tally_.sent += send_packets(flow.near.socket, out_packets_, load_.run);
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
  const std::vector<iovec>& packets = inbox_.take(end.socket);
  const uint64_t time = now();
  const size_t header = end.channel == 0 ? 0 : kChannelHeader;
  echoes_.clear();
  for (const iovec& packet : packets) {
    const uint8_t* payload = static_cast<const uint8_t*>(packet.iov_base) + header;
    if (packet.iov_len < header + sizeof(Stamp) || !take_packet(flow, is_far, payload, time)) continue;
    echoes_.push_back(packet);
  }
  if (is_far && !echoes_.empty()) tally_.echoed += send_packets(end.socket, echoes_, load_.run);
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
