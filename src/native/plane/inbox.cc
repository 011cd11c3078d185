#include "inbox.h"

#include <netinet/udp.h>

#include <algorithm>
#include <cstring>

namespace turnpike {

// Memory that no datagram reaches is never touched.
Inbox::Inbox() : bytes_(new std::uint8_t[kSlots * kStride]) {
  for (std::size_t i = 0; i < kSlots; i++) prepare(i);
}

void Inbox::prepare(std::size_t slot) {
  places_[slot] = {bytes_.get() + slot * kStride, kSlot};
  msghdr& message = messages_[slot].msg_hdr;
  message.msg_name = &senders_[slot];
  message.msg_namelen = sizeof(sockaddr_in6);
  message.msg_iov = &places_[slot];
  message.msg_iovlen = 1;
  message.msg_control = control_[slot].data();
  message.msg_controllen = kControl;
}

const Datagrams* Inbox::receive(int descriptor, std::size_t& count) {
  const std::size_t first = used_;
  const auto most = static_cast<unsigned>(std::min(kBatch, room()));
  const int taken = recvmmsg(descriptor, &messages_[first], most, MSG_DONTWAIT, nullptr);
  count = taken > 0 ? static_cast<std::size_t>(taken) : 0;
  used_ += count;
  for (std::size_t i = first; i < used_; i++) {
    Datagrams& datagrams = received_[i];
    datagrams = {bytes_.get() + i * kStride, messages_[i].msg_len, messages_[i].msg_len, from_socket(senders_[i]), 0};
    msghdr& message = messages_[i].msg_hdr;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
      int value = 0;
      if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_TOS) {
        std::memcpy(&datagrams.tos, CMSG_DATA(header), 1);
        continue;
      }
      std::memcpy(&value, CMSG_DATA(header), sizeof(value));
      if (header->cmsg_level == SOL_UDP && header->cmsg_type == UDP_GRO && value > 0)
        datagrams.segment = static_cast<std::size_t>(value);
      if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_TCLASS)
        datagrams.tos = static_cast<std::uint8_t>(value);
    }
    prepare(i);
  }
  return &received_[first];
}

}  // namespace turnpike
