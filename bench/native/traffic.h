#pragma once
#include "flow.h"
#include "runs.h"

// Plays `load` on all flows, spread evenly over time, and counts.
class Traffic {
 public:
  // Packets of a burst at most.
  static constexpr unsigned kMaxBurst = 64;

  // `run` marks our packets, so that late ones of the run before are not counted.
  Traffic(std::vector<Flow>& flows, const Load& load, uint32_t run);
  ~Traffic();
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

  Tally play();

 private:
  uint64_t planned_bursts() const;
  void send_due(uint64_t time);
  void send_gathered(uint64_t due);
  // Of so many packets.
  void send_burst(Flow& flow, unsigned count);
  void write_packet(uint8_t* at, Flow& flow, uint64_t time);
  uint64_t next_look(uint64_t time) const;
  // False if nothing has come in.
  bool receive();
  void take(Flow& flow, bool is_far);
  // False if it is of an earlier run.
  bool take_packet(Flow& flow, bool is_far, const uint8_t* payload, uint64_t time);
  void drain();
  uint64_t own_drops() const;

  std::vector<Flow>& flows_;
  const Load load_;
  const uint32_t run_;
  const double bursts_per_nanosecond_;
  const int epoll_;
  uint64_t began_at_ = 0;
  // Bursts so far, of all flows.
  uint64_t bursts_ = 0;
  Tally tally_;
  Inbox inbox_;
  std::vector<uint8_t> out_;
  std::vector<iovec> out_packets_;
  std::vector<iovec> echoes_;
};
