// All tables of a plane: what the JavaScript thread changes and every lane reads.
#pragma once

#include <array>
#include <atomic>
#include <ctime>

#include "challenge.h"
#include "epochs.h"
#include "relay.h"

namespace turnpike {

struct World {
  static constexpr std::size_t kMostListeners = 64;

  World(std::size_t lanes, Mac mac_) : epochs(lanes), mac(mac_) { clock_gettime(CLOCK_MONOTONIC, &start); }
  ~World() {
    delete challenge.load(std::memory_order_relaxed);
    for (auto& listener : listeners) delete listener.load(std::memory_order_relaxed);
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Seconds since the plane was opened.
  double now() const {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<double>(time.tv_sec - start.tv_sec) + static_cast<double>(time.tv_nsec - start.tv_nsec) * 1e-9;
  }
  const Listener* listener(std::uint32_t id) const {
    return id < kMostListeners ? listeners[id].load(std::memory_order_acquire) : nullptr;
  }

  timespec start{};
  Epochs epochs;
  Table<std::uint32_t, Relay> relays;
  // Every relay by its bound and by its advertised address.
  Table<Address, RelayAt> by_address;
  std::array<std::atomic<Listener*>, kMostListeners> listeners{};
  std::atomic<bool> tapped{false};
  // Without one, requests that nobody has signed go up.
  std::atomic<const Challenge*> challenge{nullptr};
  const Mac mac;
  // The system knows UDP_SEGMENT.
  std::atomic<bool> may_run{true};
};

}  // namespace turnpike
