#include "runs.h"

#include <netinet/udp.h>

#include <algorithm>
#include <cstring>

namespace {

// UDP_MAX_SEGMENTS of older systems, and what UDP over IPv4 can hold.
constexpr size_t kMaxSegments = 64;
constexpr size_t kMaxRun = 65'507;

bool send_run(int socket, const iovec* parts, size_t count, size_t segment) {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(uint16_t))] = {};
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(parts);
  message.msg_iovlen = count;
  if (count > 1) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_UDP;
    header->cmsg_type = UDP_SEGMENT;
    header->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    const auto size = static_cast<uint16_t>(segment);
    std::memcpy(CMSG_DATA(header), &size, sizeof size);
  }
  return sendmsg(socket, &message, MSG_DONTWAIT) >= 0;
}

unsigned send_merged(int socket, const std::vector<iovec>& packets, size_t run) {
  unsigned sent = 0;
  for (size_t from = 0, to = 0; from < packets.size(); from = to) {
    const size_t segment = packets[from].iov_len;
    const size_t most = std::min({run, kMaxSegments, kMaxRun / segment});
    while (to < packets.size() && to - from < most && packets[to].iov_len == segment) to++;
    if (send_run(socket, &packets[from], to - from, segment)) sent += static_cast<unsigned>(to - from);
  }
  return sent;
}

unsigned send_each(int socket, const std::vector<iovec>& packets) {
  unsigned sent = 0;
  mmsghdr messages[kMaxSegments] = {};
  for (size_t from = 0; from < packets.size(); from += kMaxSegments) {
    const size_t count = std::min(kMaxSegments, packets.size() - from);
    for (size_t i = 0; i < count; i++) {
      messages[i].msg_hdr.msg_iov = const_cast<iovec*>(&packets[from + i]);
      messages[i].msg_hdr.msg_iovlen = 1;
    }
    const int done = sendmmsg(socket, messages, static_cast<unsigned>(count), MSG_DONTWAIT);
    if (done > 0) sent += static_cast<unsigned>(done);
  }
  return sent;
}

// 0 if it is a packet by itself.
size_t segment_of(msghdr& message) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_UDP || header->cmsg_type != UDP_GRO) continue;
    int size;
    std::memcpy(&size, CMSG_DATA(header), sizeof size);
    return size > 0 ? static_cast<size_t>(size) : 0;
  }
  return 0;
}

}  // namespace

bool take_runs(int socket) {
  const int on = 1;
  return setsockopt(socket, SOL_UDP, UDP_GRO, &on, sizeof on) == 0;
}

unsigned send_packets(int socket, const std::vector<iovec>& packets, unsigned run) {
  return run > 1 ? send_merged(socket, packets, run) : send_each(socket, packets);
}

Inbox::Inbox() : bytes_(kReads * kRead) {
  for (unsigned i = 0; i < kReads; i++) {
    parts_[i] = {bytes_.data() + i * kRead, kRead};
    messages_[i] = mmsghdr{};
    messages_[i].msg_hdr.msg_iov = &parts_[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
    messages_[i].msg_hdr.msg_control = controls_[i];
  }
}

const std::vector<iovec>& Inbox::take(int socket) {
  packets_.clear();
  for (mmsghdr& message : messages_) message.msg_hdr.msg_controllen = kControl;
  const int count = recvmmsg(socket, messages_, kReads, MSG_DONTWAIT, nullptr);
  for (int i = 0; i < count; i++)
    cut(bytes_.data() + static_cast<size_t>(i) * kRead, messages_[i].msg_len, segment_of(messages_[i].msg_hdr));
  return packets_;
}

void Inbox::cut(uint8_t* at, size_t size, size_t segment) {
  if (segment == 0 || segment > size) segment = size;
  for (size_t from = 0; from < size; from += segment) packets_.push_back({at + from, std::min(segment, size - from)});
}
