// How long may a lane let packets gather before it looks again? Waking up costs more than a packet, so a lane with much to do
// is cheaper when it does not wake for each one.
#pragma once

#include <algorithm>
#include <cstddef>

namespace turnpike {

class Pacer {
 public:
  // Seconds to wait after a round of so many packets that ended at `now`; 0 is not at all.
  double after(std::size_t packets, double now) {
    seen_ += packets;
    const double elapsed = now - since_;
    if (elapsed >= kWindow) {
      // After a silence the past says nothing.
      rate_ = elapsed > kSilence ? 0 : static_cast<double>(seen_) / elapsed;
      seen_ = 0;
      since_ = now;
    }
    if (rate_ < kBusy || packets >= kEnough) return 0;
    return std::min(kLongest, static_cast<double>(kEnough) / rate_);
  }

 private:
  // Packets each second from which it is worth while.
  static constexpr double kBusy = 4000;
  // A round of so many is worth waking for.
  static constexpr std::size_t kEnough = 32;
  // What it may add to the way of a packet: little beside the 20 ms of an audio packet, and beside any network.
  static constexpr double kLongest = 300e-6;
  static constexpr double kWindow = 5e-3;
  static constexpr double kSilence = 50e-3;

  double rate_ = 0;
  double since_ = 0;
  std::size_t seen_ = 0;
};

}  // namespace turnpike
