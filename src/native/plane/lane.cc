#include "lane.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace turnpike {
namespace {

// What an event is about: a kind above the id of a listener or relay. Ids and not pointers, since an event may be read
// after its relay was freed.
enum Kind : std::uint64_t { kEnd, kListener, kRelay };

constexpr std::uint64_t event_of(Kind kind, std::uint32_t id) { return static_cast<std::uint64_t>(kind) << 32 | id; }

bool rest(double seconds) {
  if (seconds <= 0) return false;
  const timespec time{0, static_cast<long>(seconds * 1e9)};
  nanosleep(&time, nullptr);
  return true;
}

}  // namespace

Lane::Lane(World& world, std::size_t index, double pause, Waker& waker)
    : world_(world),
      index_(index),
      waker_(waker),
      forwarder_(world, index, kRing),
      pacer_(pause),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      end_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Lane::~Lane() {
  if (started_) {
    eventfd_write(end_, 1);
    pthread_join(thread_, nullptr);
  }
  if (epoll_ >= 0) close(epoll_);
  if (end_ >= 0) close(end_);
}

int Lane::start() {
  if (epoll_ < 0 || end_ < 0) return EMFILE;
  if (const int failure = watch(end_, event_of(kEnd, 0))) return failure;
  // Signals are the JavaScript thread's.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const auto entry = [](void* lane) -> void* {
    static_cast<Lane*>(lane)->run();
    return nullptr;
  };
  const int failure = pthread_create(&thread_, nullptr, entry, this);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  started_ = failure == 0;
  if (started_) pthread_setname_np(thread_, "packet plane");
  return failure;
}

double Lane::cpu_seconds() const {
  clockid_t clock{};
  timespec time{};
  if (!started_ || pthread_getcpuclockid(thread_, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

int Lane::watch(int descriptor, std::uint64_t what) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = what;
  return epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0 ? 0 : errno;
}

int Lane::watch_listener(int descriptor, std::uint32_t id) { return watch(descriptor, event_of(kListener, id)); }

int Lane::watch_relay(int descriptor, std::uint32_t id) { return watch(descriptor, event_of(kRelay, id)); }

void Lane::forget(int descriptor) { epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr); }

void Lane::run() {
  for (double idle_since = world_.now();;) {
    const int count = epoll_wait(epoll_, events_.data(), kEvents, -1);
    if (count < 0 && errno != EINTR) return;
    if (count <= 0) continue;
    pacer_.woken(idle_since, world_.now());
    world_.epochs.enter(index_);
    const std::size_t handled = round(count);
    world_.epochs.leave(index_);
    if (ending_) return;
    if (!forwarder_.ring().empty() && !awake_.exchange(true, std::memory_order_acq_rel)) waker_.wake();
    idle_since = world_.now();
    if (rest(pacer_.handled(handled, forwarder_.asked(), idle_since))) idle_since = world_.now();
  }
}

std::size_t Lane::round(int count) {
  std::size_t handled = 0;
  forwarder_.begin();
  for (int i = 0; i < count; i++) handled += receive(events_[static_cast<std::size_t>(i)]);
  forwarder_.flush();
  inbox_.reset();
  return handled;
}

std::size_t Lane::receive(const epoll_event& event) {
  const auto id = static_cast<std::uint32_t>(event.data.u64);
  switch (static_cast<Kind>(event.data.u64 >> 32)) {
    case kListener:
      return receive_listener(id);
    case kRelay:
      return receive_relay(id, (event.events & EPOLLERR) != 0);
    case kEnd:
      ending_ = true;
  }
  return 0;
}

std::size_t Lane::receive_listener(std::uint32_t id) {
  const Listener* listener = world_.listener(id);
  if (listener == nullptr) return 0;
  make_room();
  std::size_t count = 0;
  const Datagrams* received = inbox_.receive(listener->descriptors[index_], count);
  for (std::size_t i = 0; i < count; i++) forwarder_.from_clients(*listener, received[i]);
  return count;
}

// Errors first: as long as one waits, the socket gives nothing else.
std::size_t Lane::receive_relay(std::uint32_t id, bool errors) {
  const Relay* relay = world_.relays.find(id);
  if (relay == nullptr) return 0;
  if (errors) forwarder_.read_errors(*relay);
  make_room();
  std::size_t count = 0;
  const Datagrams* received = inbox_.receive(relay->descriptor, count);
  for (std::size_t i = 0; i < count; i++) forwarder_.from_peer(*relay, received[i]);
  return count;
}

void Lane::make_room() {
  if (inbox_.room() > 0) return;
  forwarder_.flush();
  inbox_.reset();
}

}  // namespace turnpike
