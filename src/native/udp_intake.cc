#include "udp_intake.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include "plane/messages.h"

namespace turnpike {
namespace {

struct Batch {
  std::array<mmsghdr, kIntakeSlots> messages;
  std::array<iovec, kIntakeSlots> places;
  std::array<sockaddr_in6, kIntakeSlots> senders;
  alignas(cmsghdr) std::array<std::array<std::uint8_t, kMarksRoom>, kIntakeSlots> controls;

  Batch(std::uint8_t* slab, std::size_t count) {
    for (std::size_t i = 0; i < count; i++) {
      places[i] = {slab + i * kIntakeSlot, kIntakeSlot};
      msghdr& message = messages[i].msg_hdr;
      message = message_of(&senders[i], sizeof(sockaddr_in6), &places[i], 1);
      message.msg_control = controls[i].data();
      message.msg_controllen = kMarksRoom;
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
    const std::size_t joined = marks_of(batch.messages[i].msg_hdr).segment;
    const std::size_t size = joined == 0 ? total : joined;
    const Address from = from_socket(batch.senders[i]);
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
