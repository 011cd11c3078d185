#include "inbox.h"

#include <algorithm>

namespace turnpike {

// Memory that no datagram reaches is never touched.
Inbox::Inbox() : bytes_(new std::uint8_t[kSlots * kStride]) {
  for (std::size_t i = 0; i < kSlots; i++) prepare(i);
}

void Inbox::prepare(std::size_t slot) {
  places_[slot] = {bytes_.get() + slot * kStride, kSlot};
  msghdr& message = messages_[slot].msg_hdr;
  message = message_of(&senders_[slot], sizeof(sockaddr_in6), &places_[slot], 1);
  message.msg_control = control_[slot].data();
  message.msg_controllen = kMarksRoom;
}

const Datagrams* Inbox::receive(int descriptor, std::size_t& count) {
  const std::size_t first = used_;
  const auto most = static_cast<unsigned>(std::min(kBatch, room()));
  const int taken = recvmmsg(descriptor, &messages_[first], most, MSG_DONTWAIT, nullptr);
  count = taken > 0 ? static_cast<std::size_t>(taken) : 0;
  used_ += count;
  for (std::size_t i = first; i < used_; i++) {
    const std::size_t length = messages_[i].msg_len;
    const Marks marks = marks_of(messages_[i].msg_hdr);
    const std::size_t segment = marks.segment == 0 ? length : marks.segment;
    received_[i] = {bytes_.get() + i * kStride, length, segment, from_socket(senders_[i]), marks.tos};
    prepare(i);
  }
  return &received_[first];
}

}  // namespace turnpike
