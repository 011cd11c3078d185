#include "relay.h"

#include <unistd.h>

namespace turnpike {

Relay::~Relay() {
  delete client.load(std::memory_order_relaxed);
  if (descriptor >= 0) close(descriptor);
}

Listener::~Listener() {
  for (std::size_t i = 0; i < lanes; i++)
    if (descriptors[i] >= 0) close(descriptors[i]);
}

}  // namespace turnpike
