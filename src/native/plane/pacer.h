// How long may a lane let packets gather before it reads them? Waking up costs more than a packet, and packets that are read
// together leave together.
#pragma once

#include <algorithm>
#include <cstddef>

namespace turnpike {

// Two ways to gather. Where packets come all the time, a lane pauses after each round. Where they come in bursts, as frames of
// video do, it waits when it has been woken until the burst is there, and sleeps at once afterwards. Times in seconds.
class Pacer {
 public:
  // A lane slept from `then` to `now`: how long to wait before it reads?
  double woken(double then, double now) {
    if (now - then < kSleep) return 0;
    burst_ += (static_cast<double>(cluster_) - burst_) * kWeight;
    cluster_ = 0;
    return burst_ >= kBurst ? kGather : 0;
  }

  // So many packets or runs have been read and sent; how long to pause?
  double handled(std::size_t packets, double now) {
    cluster_ += packets;
    seen_ += packets;
    const double elapsed = now - since_;
    if (elapsed >= kWindow) {
      // After a silence the past says nothing.
      rate_ = elapsed > kSilence ? 0 : static_cast<double>(seen_) / elapsed;
      seen_ = 0;
      since_ = now;
    }
    if (rate_ < kBusy || packets >= kEnough || burst_ >= kBurst) return 0;
    return std::min(kLongest, static_cast<double>(kEnough) / rate_);
  }

 private:
  // Packets each second from which a pause is worth while.
  static constexpr double kBusy = 4000;
  // A round of so many is worth waking for.
  static constexpr std::size_t kEnough = 32;
  // What a pause may add to the way of a packet: little beside the 20 ms of an audio packet, and beside any network.
  static constexpr double kLongest = 300e-6;
  // Packets between two sleeps that make a burst, in the mean.
  static constexpr double kBurst = 4;
  static constexpr double kGather = 100e-6;
  // A shorter wait was no sleep.
  static constexpr double kSleep = 50e-6;
  static constexpr double kWeight = 1.0 / 16;
  static constexpr double kWindow = 5e-3;
  static constexpr double kSilence = 50e-3;

  double rate_ = 0;
  double since_ = 0;
  std::size_t seen_ = 0;
  // Packets since the last sleep, and how many there are between two sleeps in the mean.
  std::size_t cluster_ = 0;
  double burst_ = 0;
};

}  // namespace turnpike
