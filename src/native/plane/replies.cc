#include "replies.h"

#include <algorithm>
#include <cstring>

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
    Reply& reply = replies_[i];
    places[count] = {const_cast<std::uint8_t*>(reply.message.data), reply.message.length};
    messages[count] = {};
    msghdr& header = messages[count].msg_hdr;
    header.msg_name = &reply.to.storage;
    header.msg_namelen = reply.to.length;
    header.msg_iov = &places[count];
    header.msg_iovlen = 1;
  }
  const int sent = sendmmsg(descriptor, messages.data(), count, MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

}  // namespace turnpike
