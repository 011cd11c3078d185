// When may what was taken out of a table be freed? When every reader has been outside of all tables since (QSBR).
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace turnpike {

// One writer and so many readers. Readers never wait; the writer never waits either, it frees later.
class Epochs {
 public:
  explicit Epochs(std::size_t readers) : readers_(readers) {}
  ~Epochs() {
    for (const Retired& one : retired_) one.free(one.object);
  }
  Epochs(const Epochs&) = delete;
  Epochs& operator=(const Epochs&) = delete;

  // A reader, before it looks at any table. What it finds stays valid until it leaves.
  void enter(std::size_t reader) {
    readers_[reader].seen.store(now_.load(std::memory_order_acquire), std::memory_order_release);
    // Either the writer sees that we are inside, or we see what it has taken out.
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }
  void leave(std::size_t reader) { readers_[reader].seen.store(kOutside, std::memory_order_release); }

  // The writer, after the object has been taken out of every table.
  template <class T>
  void retire(T* object) {
    if (object == nullptr) return;
    const std::uint64_t since = now_.fetch_add(1, std::memory_order_acq_rel) + 1;
    retired_.push_back({object, [](void* gone) { delete static_cast<T*>(gone); }, since});
    if (retired_.size() >= kPatience) reclaim();
  }

  // The writer: frees what nobody can hold any more.
  void reclaim() {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    std::uint64_t oldest = UINT64_MAX;
    for (const Reader& reader : readers_) {
      const std::uint64_t seen = reader.seen.load(std::memory_order_acquire);
      if (seen != kOutside) oldest = std::min(oldest, seen);
    }
    const auto held = std::find_if(retired_.begin(), retired_.end(), [&](const Retired& r) { return r.since > oldest; });
    for (auto one = retired_.begin(); one != held; ++one) one->free(one->object);
    retired_.erase(retired_.begin(), held);
  }

 private:
  static constexpr std::uint64_t kOutside = 0;
  static constexpr std::size_t kPatience = 64;

  struct Retired {
    void* object;
    void (*free)(void*);
    // Who entered at this epoch or later cannot have found it.
    std::uint64_t since;
  };
  // On a cache line of its own, since each is written all the time.
  struct alignas(64) Reader {
    std::atomic<std::uint64_t> seen{kOutside};
  };

  std::vector<Reader> readers_;
  std::atomic<std::uint64_t> now_{1};
  std::vector<Retired> retired_;
};

}  // namespace turnpike
