#include <arpa/inet.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>

#include "clock.h"
#include "exchanges.h"
#include "traffic.h"

// Clients of a TURN server, and their peers, all on loopback: turn-load ADDRESS PORT USERNAME REALM KEY packets|runs
// With "runs" the sockets of flows take what came as one as one (UDP_GRO); else the system cuts it for them, and where
// both are on one machine it does so in the time of whoever sent it.
// Takes one command a line, and answers each with one line of JSON:
//   flows direct|hairpin COUNT   gives that many flows, of one allocation each to a plain peer, or of two allocations
//   run BURSTS_PER_SECOND BURST SIZE MILLISECONDS RUN   plays on all flows, handing over up to RUN packets as one
//   cycle WINDOW MILLISECONDS         new clients allocate and release, WINDOW of them at a time
//   hold COUNT WINDOW                 that many clients allocate, and bind a channel each
// At the end of its input it releases what it holds.

namespace {

constexpr uint16_t kChannel = 0x4000;
constexpr size_t kSetUpWindow = 16;
// Clients come from so many addresses: servers limit what one address may ask.
constexpr uint32_t kClients = 0x7f010001;
constexpr uint32_t kClientAddresses = 4000;
constexpr uint32_t kPeers = 0x7f400001;

// Both kinds of time that something took.
class Stopwatch {
 public:
  double seconds() const { return static_cast<double>(now() - began_at_) / 1e9; }
  double cpu() const { return own_cpu() - cpu_; }

 private:
  static double own_cpu() {
    timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  }
  const uint64_t began_at_ = now();
  const double cpu_ = own_cpu();
};

double percentile(std::vector<uint32_t>& times, double part) {
  if (times.empty()) return 0;
  const auto at = static_cast<size_t>(static_cast<double>(times.size() - 1) * part);
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(at), times.end());
  return static_cast<double>(times[at]) / 1000;
}

class Session {
 public:
  Session(const Account& account, const sockaddr_in& server, bool runs)
      : account_(account), server_(server), runs_(runs) {}
  ~Session() { release_all(); }
  void obey(const std::string& line);

 private:
  void flows(const std::string& kind, size_t count);
  void run(const Load& load);
  void cycle(size_t window, uint64_t nanoseconds);
  void hold(size_t count, size_t window);
  void release_all();

  Client* new_client();
  // All of `clients_` through one request each; how many of them it failed for.
  size_t all(size_t window, const std::function<void(Client&, size_t)>& start);
  End peer_of(const Client& client);

  const Account account_;
  const sockaddr_in server_;
  const bool runs_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<Flow> flows_;
  uint32_t next_client_ = 0;
  uint32_t run_ = 0;
};

void Session::obey(const std::string& line) {
  std::istringstream words(line);
  std::string name, kind;
  size_t count = 0, window = 0;
  words >> name;
  if (name == "flows" && words >> kind >> count) return flows(kind, count);
  if (name == "hold" && words >> count >> window) return hold(count, window);
  if (name == "cycle" && words >> window >> count) return cycle(window, count * kMillisecond);
  Load load{};
  if (name == "run" && words >> load.bursts_per_second >> load.burst >> load.size >> count >> load.run &&
      load.burst > 0 && load.burst <= Traffic::kMaxBurst) {
    load.nanoseconds = count * kMillisecond;
    return run(load);
  }
  std::printf("{\"failed\":\"unknown command\"}\n");
}

Client* Session::new_client() {
  const sockaddr_in source = address_of(kClients + next_client_++ % kClientAddresses, 0);
  return clients_.emplace_back(std::make_unique<Client>(account_, server_, source)).get();
}

size_t Session::all(size_t window, const std::function<void(Client&, size_t)>& start) {
  size_t next = 0, failed = 0;
  Exchanges exchanges(window);
  exchanges.run(
      [&]() -> Client* {
        if (next == clients_.size()) return nullptr;
        start(*clients_[next], next);
        return clients_[next++].get();
      },
      [&](Client& client) {
        if (client.step() == Client::Step::kFailed && failed++ == 0)
          std::fprintf(stderr, "a client's request has failed: %d\n", client.error());
        return false;
      });
  return failed;
}

// Its own socket, connected to the client's relay.
End Session::peer_of(const Client& client) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int buffer = 4 << 20;
  const sockaddr_in source = address_of(kPeers, 0);
  setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  if (bind(socket, reinterpret_cast<const sockaddr*>(&source), sizeof source) != 0 ||
      connect(socket, reinterpret_cast<const sockaddr*>(&client.relayed()), sizeof source) != 0)
    std::perror("peer");
  return {socket, 0};
}

void Session::flows(const std::string& kind, size_t count) {
  const bool hairpin = kind == "hairpin";
  for (size_t i = 0; i < count * (hairpin ? 2 : 1); i++) new_client();
  size_t failed = all(kSetUpWindow, [](Client& client, size_t) { client.allocate(); });
  std::vector<sockaddr_in> peers;
  for (size_t i = 0; i < clients_.size() && failed == 0; i++) {
    const Client& client = *clients_[i];
    if (hairpin) {
      peers.push_back(clients_[i ^ 1]->relayed());
      if (i % 2 == 1) flows_.push_back({{clients_[i - 1]->socket(), kChannel}, {client.socket(), kChannel}});
    } else {
      const End peer = peer_of(client);
      socklen_t size = sizeof(sockaddr_in);
      getsockname(peer.socket, reinterpret_cast<sockaddr*>(&peers.emplace_back()), &size);
      flows_.push_back({{client.socket(), kChannel}, peer});
    }
  }
  if (failed == 0) failed = all(kSetUpWindow, [&](Client& client, size_t i) { client.bind(kChannel, peers[i]); });
  for (const Flow& flow : flows_)
    if (runs_ && !(take_runs(flow.near.socket) && take_runs(flow.far.socket))) std::perror("UDP_GRO");
  if (failed == 0)
    std::printf("{\"flows\":%zu}\n", flows_.size());
  else
    std::printf("{\"failed\":\"%zu of %zu clients have no relay and channel\"}\n", failed, clients_.size());
}

void Session::run(const Load& load) {
  const Stopwatch watch;
  Traffic traffic(flows_, load, ++run_);
  Tally tally = traffic.play();
  std::printf(
      "{\"seconds\":%.6f,\"ownCpu\":%.6f,\"planned\":%lu,\"sent\":%lu,\"far\":%lu,\"echoed\":%lu,\"near\":%lu,"
      "\"outOfOrder\":%lu,\"ownDrops\":%lu,\"p50Us\":%.1f,\"p99Us\":%.1f}\n",
      static_cast<double>(load.nanoseconds) / 1e9, watch.cpu(), tally.planned, tally.sent, tally.far, tally.echoed,
      tally.near, tally.out_of_order, tally.own_drops, percentile(tally.times, 0.5), percentile(tally.times, 0.99));
}

void Session::cycle(size_t window, uint64_t nanoseconds) {
  const Stopwatch watch;
  const uint64_t end = now() + nanoseconds;
  std::map<Client*, std::unique_ptr<Client>> own;
  std::vector<uint32_t> times;
  size_t failed = 0, retransmissions = 0;
  int error = 0;
  Exchanges exchanges(window);
  exchanges.run(
      [&]() -> Client* {
        if (now() >= end) return nullptr;
        Client* client = new_client();
        own.emplace(client, std::move(clients_.back()));
        clients_.pop_back();
        client->allocate();
        return client;
      },
      [&](Client& client) {
        if (client.step() == Client::Step::kAllocated) {
          client.release();
          return true;
        }
        retransmissions += client.retransmissions();
        if (client.step() == Client::Step::kReleased) {
          times.push_back(static_cast<uint32_t>(std::min(now() - client.began_at(), 4 * kSecond)));
        } else {
          failed++;
          error = client.error();
        }
        own.erase(&client);
        return false;
      });
  std::printf(
      "{\"seconds\":%.6f,\"ownCpu\":%.6f,\"cycles\":%zu,\"failed\":%zu,\"error\":%d,\"retransmissions\":%zu,"
      "\"p50Us\":%.1f,\"p99Us\":%.1f}\n",
      watch.seconds(), watch.cpu(), times.size(), failed, error, retransmissions, percentile(times, 0.5),
      percentile(times, 0.99));
}

void Session::hold(size_t count, size_t window) {
  const Stopwatch watch;
  const size_t first = clients_.size();
  for (size_t i = 0; i < count; i++) new_client();
  const auto is_new = [&](size_t i) { return i >= first; };
  const size_t failed = all(window, [&](Client& client, size_t i) {
    if (is_new(i)) client.allocate();
  });
  const size_t unbound = all(window, [&](Client& client, size_t i) {
    if (is_new(i) && client.step() == Client::Step::kAllocated)
      client.bind(kChannel, address_of(kPeers, static_cast<uint16_t>(10'000 + i)));
  });
  std::printf("{\"held\":%zu,\"failed\":%zu,\"seconds\":%.3f}\n", clients_.size(), std::max(failed, unbound),
              watch.seconds());
}

void Session::release_all() {
  for (const Flow& flow : flows_)
    if (flow.far.channel == 0) close(flow.far.socket);
  all(kSetUpWindow, [](Client& client, size_t) {
    if (client.step() != Client::Step::kFailed) client.release();
  });
}

bool read_key(const char* hex, std::array<uint8_t, 16>& key) {
  if (std::strlen(hex) != key.size() * 2) return false;
  for (size_t i = 0; i < key.size(); i++) {
    const char digits[3] = {hex[i * 2], hex[i * 2 + 1], 0};
    key[i] = static_cast<uint8_t>(std::strtoul(digits, nullptr, 16));
  }
  return true;
}

}  // namespace

int main(int count, char** words) {
  Account account;
  sockaddr_in server = address_of(0, 0);
  if (count != 7 || inet_pton(AF_INET, words[1], &server.sin_addr) != 1 || !read_key(words[5], account.key)) {
    std::fprintf(stderr, "turn-load ADDRESS PORT USERNAME REALM KEY packets|runs\n");
    return 2;
  }
  if (!load_crypto()) {
    std::fprintf(stderr, "turn-load needs libcrypto.so.3\n");
    return 1;
  }
  server.sin_port = htons(static_cast<uint16_t>(std::atoi(words[2])));
  account.username = words[3];
  account.realm = words[4];
  // To the clock, and not to the next 50 us.
  prctl(PR_SET_TIMERSLACK, 1);
  rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  Session session(account, server, std::strcmp(words[6], "runs") == 0);
  for (std::string line; std::getline(std::cin, line);) session.obey(line);
}
