#include "replies.h"

#include <algorithm>

#include "messages.h"

namespace turnpike {

void Replies::add(int descriptor, const Listener& listener, const Address& client, Span message) {
  std::uint8_t* place = &bytes_[used_];
  std::copy_n(message.data, message.length, place);
  used_ += message.length;
  replies_[count_++] = {descriptor, &listener, client, to_socket(client), {place, message.length}};
}

std::size_t Replies::send_from(std::size_t first) {
  std::array<mmsghdr, kMost> messages;
  std::array<iovec, kMost> places;
  const int descriptor = replies_[first].descriptor;
  unsigned count = 0;
  for (std::size_t i = first; i < count_ && replies_[i].descriptor == descriptor; i++, count++) {
    const Reply& reply = replies_[i];
    places[count] = {const_cast<std::uint8_t*>(reply.message.data), reply.message.length};
    messages[count].msg_hdr = message_of(&reply.to.storage, reply.to.length, &places[count], 1);
  }
  const int sent = sendmmsg(descriptor, messages.data(), count, MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

}  // namespace turnpike
