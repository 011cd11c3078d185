// A longer line between two network namespaces, for kernels without netem: one TUN interface in each, and every packet
// that enters one comes out of the other a fixed time later, in order.
//   delay-line MICROSECONDS NAMESPACE-A DEVICE-A NAMESPACE-B DEVICE-B
// Prints "ready" once both interfaces exist; they vanish with the process.
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <string>
#include <vector>

namespace {

constexpr size_t kMaxPacket = 65536;
// What a router's buffer would hold; the newest packet is dropped beyond it.
constexpr size_t kMaxQueued = 20000;
constexpr long kSecond = 1000000000;

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::exit(1);
}

long Now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * kSecond + t.tv_nsec;
}

int OpenTun(const std::string& name_space, const char* device) {
  int ns = open(("/run/netns/" + name_space).c_str(), O_RDONLY | O_CLOEXEC);
  if (ns < 0 || setns(ns, CLONE_NEWNET) < 0) Die(name_space.c_str());
  close(ns);
  int tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (tun < 0) Die("/dev/net/tun");
  ifreq request{};
  std::strncpy(request.ifr_name, device, IFNAMSIZ - 1);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (ioctl(tun, TUNSETIFF, &request) < 0) Die(device);
  return tun;
}

struct Packet {
  long due;
  std::vector<char> bytes;
};

// One direction: read from `from`, held for `delay`, written to `to`.
struct Line {
  int from;
  int to;
  long delay;
  std::deque<Packet> queue;

  void Receive(char* buffer) {
    for (;;) {
      ssize_t length = read(from, buffer, kMaxPacket);
      if (length <= 0) return;
      if (queue.size() < kMaxQueued) queue.push_back({Now() + delay, std::vector<char>(buffer, buffer + length)});
    }
  }

  void Send() {
    for (long now = Now(); !queue.empty() && queue.front().due <= now; queue.pop_front()) {
      const auto& bytes = queue.front().bytes;
      // A full or closed interface loses the packet, as a line does.
      if (write(to, bytes.data(), bytes.size()) < 0) continue;
    }
  }

  long Due() const { return queue.empty() ? -1 : queue.front().due; }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) return std::fprintf(stderr, "delay-line MICROSECONDS NS-A DEVICE-A NS-B DEVICE-B\n"), 2;
  const long delay = std::atol(argv[1]) * 1000;
  const int a = OpenTun(argv[2], argv[3]);
  const int b = OpenTun(argv[4], argv[5]);
  Line there{a, b, delay, {}};
  Line back{b, a, delay, {}};
  std::puts("ready");
  std::fflush(stdout);
  std::vector<char> buffer(kMaxPacket);
  for (;;) {
    long due = there.Due();
    if (back.Due() >= 0 && (due < 0 || back.Due() < due)) due = back.Due();
    const long wait = due < 0 ? 0 : due - Now();
    const timespec until{wait > 0 ? wait / kSecond : 0, wait > 0 ? wait % kSecond : 0};
    pollfd fds[] = {{a, POLLIN, 0}, {b, POLLIN, 0}};
    ppoll(fds, 2, due < 0 ? nullptr : &until, nullptr);
    there.Receive(buffer.data());
    back.Receive(buffer.data());
    there.Send();
    back.Send();
  }
}
