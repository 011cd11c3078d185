#include "datagram_bio.h"

#include <algorithm>
#include <cstring>

namespace turnpike {
namespace {

DatagramQueue* queue_of(BIO* bio) { return static_cast<DatagramQueue*>(BIO_get_data(bio)); }

int write_datagram(BIO* bio, const char* bytes, int length) {
  BIO_clear_retry_flags(bio);
  if (length <= 0) return 0;
  const auto* from = reinterpret_cast<const std::uint8_t*>(bytes);
  queue_of(bio)->out.emplace_back(from, from + length);
  return length;
}

// A datagram longer than the reader's buffer is cut, as recvfrom does.
int read_datagram(BIO* bio, char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  DatagramQueue* queue = queue_of(bio);
  if (queue->in_length == 0 || size <= 0) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const std::size_t length = std::min(queue->in_length, static_cast<std::size_t>(size));
  std::memcpy(bytes, queue->in, length);
  queue->in = nullptr;
  queue->in_length = 0;
  return static_cast<int>(length);
}

long control(BIO*, int command, long, void*) {
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_DGRAM_QUERY_MTU:
    case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
      return kMaximumDatagram;
    default:
      return 0;
  }
}

int created(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

const BIO_METHOD* make_method() {
  BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagram queue");
  if (made == nullptr) return nullptr;
  BIO_meth_set_write(made, write_datagram);
  BIO_meth_set_read(made, read_datagram);
  BIO_meth_set_ctrl(made, control);
  BIO_meth_set_create(made, created);
  return made;
}

}  // namespace

BIO* new_datagram_bio(DatagramQueue* queue) {
  static const BIO_METHOD* const method = make_method();
  BIO* bio = method == nullptr ? nullptr : BIO_new(method);
  if (bio != nullptr) BIO_set_data(bio, queue);
  return bio;
}

}  // namespace turnpike
