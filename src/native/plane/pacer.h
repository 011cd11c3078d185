// How long may a lane let packets gather before it reads them? Waking up costs more than a packet, and packets that are read
// together leave together.
#pragma once

#include <algorithm>
#include <cstddef>

namespace turnpike {

// Two ways to gather. Where packets come all the time, a lane pauses after each round, and finds some when it looks again.
// Where they come in bursts, as frames of video do, it waits after it was woken until the burst is there, and sleeps at once
// when it has been sent. A lane with little to do does neither. The busier it is, the longer are the pauses: then more leaves
// as runs, and queues would cost more time than the pauses do. Times in seconds.
class Pacer {
 public:
  // There is something to read, for which the lane has slept since `then`: how long to wait before it reads?
  double woken(double then, double now) {
    const double slept = now - then;
    // Would a pause after the last round have found something, or has it?
    const bool found = paused_ ? slept < kInstant : slept < kPause;
    found_ += ((found ? 1 : 0) - found_) * kWeight;
    if (slept < kSleep) return 0;
    burst_ += (static_cast<double>(cluster_) - burst_) * kWeight;
    cluster_ = 0;
    return burst_ >= kBurst ? kGather : 0;
  }

  // So many packets or runs have been read and sent: how long to pause?
  double handled(std::size_t packets, double woken, double now) {
    cluster_ += packets;
    const double whole = now - handled_at_;
    if (whole > 0) busy_ += ((now - woken) / whole - busy_) * kWeight;
    handled_at_ = now;
    paused_ = found_ >= kWorthwhile && packets < kEnough;
    return paused_ ? kPause + kExtra * std::clamp((busy_ - kCalm) / kCalm, 0.0, 1.0) : 0;
  }

 private:
  // What a pause may add to the way of a packet: little beside the 20 ms of an audio packet, and beside any network.
  static constexpr double kPause = 300e-6;
  // And of a lane that is busy for more than twice this share of its time.
  static constexpr double kExtra = 500e-6;
  static constexpr double kCalm = 0.15;
  // The share of pauses that find something.
  static constexpr double kWorthwhile = 0.75;
  // A round of so many was worth waking for.
  static constexpr std::size_t kEnough = 128;
  // Packets between two sleeps that make a burst, in the mean, and how long its packets take to come.
  static constexpr double kBurst = 4;
  static constexpr double kGather = 100e-6;
  // A shorter wait was no sleep; a still shorter one was none at all.
  static constexpr double kSleep = 50e-6;
  static constexpr double kInstant = 20e-6;
  static constexpr double kWeight = 1.0 / 32;

  double found_ = 0;
  // The share of its time in which the lane reads and sends.
  double busy_ = 0;
  double handled_at_ = 0;
  // Packets since the last sleep, and how many there are between two sleeps in the mean.
  std::size_t cluster_ = 0;
  double burst_ = 0;
  bool paused_ = false;
};

}  // namespace turnpike
