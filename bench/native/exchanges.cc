#include "exchanges.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>

#include "clock.h"

namespace {

constexpr int kEvents = 256;
constexpr int kWaitMs = 20;
constexpr uint64_t kTryEvery = 50 * kMillisecond;

}  // namespace

Exchanges::Exchanges(size_t window) : window_(window), epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

Exchanges::~Exchanges() { close(epoll_); }

void Exchanges::run(const std::function<Client*()>& next, const std::function<bool(Client&)>& answered) {
  uint64_t tried_at = now();
  for (bool more = true; more || !under_way_.empty();) {
    while (more && under_way_.size() < window_) {
      Client* client = next();
      if (client == nullptr) {
        more = false;
      } else if (client->waiting()) {
        add(*client);
      } else {
        answered(*client);
      }
    }
    take_ready(answered);
    if (now() < tried_at + kTryEvery) continue;
    tried_at = now();
    keep_trying(answered);
  }
}

void Exchanges::take_ready(const std::function<bool(Client&)>& answered) {
  epoll_event events[kEvents];
  const int count = epoll_wait(epoll_, events, kEvents, kWaitMs);
  for (int i = 0; i < count; i++) {
    Client& client = *static_cast<Client*>(events[i].data.ptr);
    if (!client.take_answers()) continue;
    // Out of the list first: it may be gone after `answered`.
    remove(client);
    if (answered(client)) add(client);
  }
}

void Exchanges::keep_trying(const std::function<bool(Client&)>& answered) {
  const uint64_t time = now();
  const std::vector<Client*> all = under_way_;
  for (Client* client : all) {
    if (client->keep_trying(time)) continue;
    remove(*client);
    answered(*client);
  }
}

void Exchanges::add(Client& client) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &client;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, client.socket(), &event);
  under_way_.push_back(&client);
}

void Exchanges::remove(Client& client) {
  epoll_ctl(epoll_, EPOLL_CTL_DEL, client.socket(), nullptr);
  const auto at = std::find(under_way_.begin(), under_way_.end(), &client);
  *at = under_way_.back();
  under_way_.pop_back();
}
