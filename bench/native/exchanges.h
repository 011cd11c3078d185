#pragma once
#include <functional>
#include <vector>

#include "client.h"

// Brings many clients through their requests, `window` of them at a time.
class Exchanges {
 public:
  explicit Exchanges(size_t window);
  ~Exchanges();
  Exchanges(const Exchanges&) = delete;
  Exchanges& operator=(const Exchanges&) = delete;

  // `next` gives a client that has just sent a request, or null if there are no more. `answered` is told of each
  // request that has been answered, or has failed; true means that the client has sent another one.
  void run(const std::function<Client*()>& next, const std::function<bool(Client&)>& answered);

 private:
  void add(Client& client);
  void remove(Client& client);
  void take_ready(const std::function<bool(Client&)>& answered);
  void keep_trying(const std::function<bool(Client&)>& answered);

  const size_t window_;
  const int epoll_;
  std::vector<Client*> under_way_;
};
