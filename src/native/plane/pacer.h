// How long may a lane let packets gather before it looks again? Waking up costs more than a packet, and packets that are read
// together leave together.
#pragma once

#include <cstddef>

namespace turnpike {

// Where packets come all the time, a lane pauses after each round, and finds some when it looks again; a lane with little to
// do never pauses. Times in seconds.
class Pacer {
 public:
  // `pause` is what a packet may have to wait for others; 0 is nothing.
  explicit Pacer(double pause) : pause_(pause) {}

  // There is something to read, for which the lane has slept since `then`.
  void woken(double then, double now) {
    // Would a pause after the last round have found it, or has it?
    const bool found = now - then < (paused_ ? kInstant : pause_);
    found_ += ((found ? 1 : 0) - found_) * kWeight;
  }

  // So many packets or runs have been read and sent: how long to pause? Not at all if somebody asked for something: a client
  // that waits for an answer sends nothing else meanwhile, so a pause finds no more and only holds everybody up.
  double handled(std::size_t packets, bool asked, double now) {
    seen_ += packets;
    if (now - since_ >= kWindow) {
      rate_ = static_cast<double>(seen_) / (now - since_);
      seen_ = 0;
      since_ = now;
    }
    paused_ = !asked && rate_ * pause_ >= kSome && found_ >= kWorthwhile && packets < kEnough;
    return paused_ ? pause_ : 0;
  }

 private:
  // Packets that a pause must find in the mean, and the share of pauses that must find any: bursts are sent as they come.
  static constexpr double kSome = 4;
  static constexpr double kWorthwhile = 0.9;
  // A round of so many was worth waking for.
  static constexpr std::size_t kEnough = 128;
  // A shorter wait was none.
  static constexpr double kInstant = 20e-6;
  static constexpr double kWeight = 1.0 / 32;
  static constexpr double kWindow = 50e-3;

  const double pause_;
  double found_ = 0;
  // Packets each second of the last window, and of this one so far.
  double rate_ = 0;
  double since_ = 0;
  std::size_t seen_ = 0;
  bool paused_ = false;
};

}  // namespace turnpike
