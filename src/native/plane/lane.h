// A thread that moves packets: its own listener sockets, and the relays whose clients it hears.
#pragma once

#include <pthread.h>
#include <sys/epoll.h>

#include <atomic>

#include "forwarder.h"
#include "pacer.h"

namespace turnpike {

// Told once for each batch that goes up, from the lane's thread. Must not block.
class Waker {
 public:
  virtual void wake() = 0;

 protected:
  ~Waker() = default;
};

class Lane {
 public:
  // `pause`: seconds for which packets may gather while many come.
  Lane(World& world, std::size_t index, double pause, Waker& waker);
  // Ends the thread first.
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // 0, or errno.
  int start();
  // Seconds of CPU that the thread has used.
  double cpu_seconds() const;
  // From any thread. 0, or errno.
  int watch_listener(int descriptor, std::uint32_t id);
  int watch_relay(int descriptor, std::uint32_t id);
  void forget(int descriptor);

  // The JavaScript thread, when it has been woken: the next batch wakes it again.
  UpRing& take_over() {
    awake_.exchange(false, std::memory_order_acq_rel);
    return forwarder_.ring();
  }
  const Forwarder& forwarder() const { return forwarder_; }

 private:
  static constexpr std::size_t kRing = 1 << 20;
  static constexpr int kEvents = 256;

  void run();
  std::size_t round(int count);
  std::size_t receive(const epoll_event& event);
  // These return how many datagrams or runs there were.
  std::size_t receive_listener(std::uint32_t id);
  std::size_t receive_relay(std::uint32_t id, bool errors);
  int watch(int descriptor, std::uint64_t what);
  void make_room();

  World& world_;
  const std::size_t index_;
  Waker& waker_;
  Inbox inbox_;
  Forwarder forwarder_;
  Pacer pacer_;
  std::array<epoll_event, kEvents> events_;
  bool ending_ = false;
  int epoll_ = -1;
  // Readable once the lane is to end.
  int end_ = -1;
  pthread_t thread_{};
  bool started_ = false;
  std::atomic<bool> awake_{false};
};

}  // namespace turnpike
