// How long may a lane let packets gather before it looks again? Waking up costs more than a packet, and packets that are read
// together leave together.
#pragma once

#include <algorithm>
#include <cstddef>

namespace turnpike {

// Where packets come all the time, a lane pauses after each round, and finds some when it looks again; a lane with little to
// do never pauses. The busier it is, the longer are the pauses: then more leaves as runs, and queues would cost more time than
// the pauses do. Times in seconds.
class Pacer {
 public:
  // There is something to read, for which the lane has slept since `then`.
  void woken(double then, double now) {
    // Would a pause after the last round have found it, or has it?
    const bool found = now - then < (paused_ ? kInstant : kPause);
    found_ += ((found ? 1 : 0) - found_) * kWeight;
  }

  // So many packets or runs have been read and sent since the lane was woken: how long to pause?
  double handled(std::size_t packets, double woken, double now) {
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
  static constexpr double kWorthwhile = 0.85;
  // A round of so many was worth waking for.
  static constexpr std::size_t kEnough = 128;
  // A shorter wait was none.
  static constexpr double kInstant = 20e-6;
  static constexpr double kWeight = 1.0 / 32;

  double found_ = 0;
  // The share of its time in which the lane reads and sends.
  double busy_ = 0;
  double handled_at_ = 0;
  bool paused_ = false;
};

}  // namespace turnpike
