#include "udp_intake.h"

#include <netinet/udp.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace turnpike {
namespace {

constexpr std::size_t kControl = CMSG_SPACE(sizeof(int));

// The size of the datagrams that the kernel has joined; the last may be shorter. 0 if it is one.
std::size_t segment_size(msghdr& message) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_UDP || header->cmsg_type != UDP_GRO) continue;
    int size = 0;
    std::memcpy(&size, CMSG_DATA(header), sizeof(size));
    return size > 0 ? static_cast<std::size_t>(size) : 0;
  }
  return 0;
}

struct Batch {
  std::array<mmsghdr, kIntakeSlots> messages{};
  std::array<iovec, kIntakeSlots> places;
  std::array<sockaddr_storage, kIntakeSlots> senders;
  alignas(cmsghdr) std::array<std::array<std::uint8_t, kControl>, kIntakeSlots> controls;

  Batch(std::uint8_t* slab, std::size_t count) {
    for (std::size_t i = 0; i < count; i++) {
      places[i] = {slab + i * kIntakeSlot, kIntakeSlot};
      msghdr& header = messages[i].msg_hdr;
      header.msg_name = &senders[i];
      header.msg_namelen = sizeof(sockaddr_storage);
      header.msg_iov = &places[i];
      header.msg_iovlen = 1;
      header.msg_control = controls[i].data();
      header.msg_controllen = kControl;
    }
  }
};

}  // namespace

int receive_datagrams(int descriptor, std::uint8_t* slab, std::size_t length, DatagramRecord* records, std::size_t room) {
  const std::size_t slots = std::min(length / kIntakeSlot, kIntakeSlots);
  Batch batch(slab, slots);
  const int taken = recvmmsg(descriptor, batch.messages.data(), static_cast<unsigned>(slots), MSG_DONTWAIT, nullptr);
  if (taken < 0) return errno == EAGAIN || errno == EINTR ? 0 : -errno;
  std::size_t count = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(taken); i++) {
    const std::size_t total = batch.messages[i].msg_len;
    const std::size_t joined = segment_size(batch.messages[i].msg_hdr);
    const std::size_t size = joined == 0 ? total : joined;
    const DatagramAddress from = datagram_address(batch.senders[i]);
    std::size_t at = 0;
    do {
      if (count == room) return static_cast<int>(count);
      const std::size_t piece = std::min(size, total - at);
      records[count++] = {static_cast<std::uint32_t>(i * kIntakeSlot + at), static_cast<std::uint32_t>(piece), from};
      at += size;
    } while (at < total);
  }
  return static_cast<int>(count);
}

}  // namespace turnpike
