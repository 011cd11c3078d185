// The limits of a relay, which several threads spend from.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>

namespace turnpike {

// Holds one second's worth, is full at first, and fills all the time. Instead of tokens it keeps the time at which it will be
// full (the "theoretical arrival time" of the generic cell rate algorithm), so that one atomic number is all its state.
class TokenBucket {
 public:
  // Tokens for each second; 0 is no limit.
  explicit TokenBucket(double rate) : seconds_each_(rate > 0 ? 1 / rate : 0) {}

  // `now` in seconds, of a clock that never goes back. False if there are too few, and then takes none.
  bool take(double tokens, double now) {
    const double cost = tokens * seconds_each_;
    double full_at = full_at_.load(std::memory_order_relaxed);
    double next = 0;
    do {
      next = std::max(full_at, now) + cost;
      if (next - now > 1 + kRounding) return false;
    } while (!full_at_.compare_exchange_weak(full_at, next, std::memory_order_relaxed));
    return true;
  }

  void give_back(double tokens) {
    const double cost = tokens * seconds_each_;
    double full_at = full_at_.load(std::memory_order_relaxed);
    while (!full_at_.compare_exchange_weak(full_at, full_at - cost, std::memory_order_relaxed)) {
    }
  }

 private:
  // Sums of many costs are not exact: a bucket of 10 gives 10.
  static constexpr double kRounding = 1e-9;
  double seconds_each_;
  std::atomic<double> full_at_{0};
};

// Packets and bits together: a packet that may not pass takes nothing from either.
class RateLimit {
 public:
  RateLimit(double packets_per_second, double bits_per_second) : packets_(packets_per_second), bits_(bits_per_second) {}
  bool take(std::size_t bytes, double now) {
    if (!packets_.take(1, now)) return false;
    if (bits_.take(static_cast<double>(bytes) * 8, now)) return true;
    packets_.give_back(1);
    return false;
  }

 private:
  TokenBucket packets_;
  TokenBucket bits_;
};

}  // namespace turnpike
