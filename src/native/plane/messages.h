// What sendmsg and recvmsg are told, and tell, beside the bytes (struct msghdr and its control messages).
#pragma once

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace turnpike {

// From or to `name`; the bytes are in `count` pieces.
inline msghdr message_of(const void* name, socklen_t name_length, const iovec* pieces, std::size_t count) {
  msghdr message{};
  message.msg_name = const_cast<void*>(name);
  message.msg_namelen = name_length;
  message.msg_iov = const_cast<iovec*>(pieces);
  message.msg_iovlen = count;
  return message;
}

// Behind those that it has already. Its msg_control has room for CMSG_SPACE(sizeof(value)) more, aligned as cmsghdr.
template <class T>
void add_control(msghdr& message, int level, int type, T value) {
  auto* entry = reinterpret_cast<cmsghdr*>(static_cast<std::uint8_t*>(message.msg_control) + message.msg_controllen);
  entry->cmsg_level = level;
  entry->cmsg_type = type;
  entry->cmsg_len = CMSG_LEN(sizeof(value));
  std::memcpy(CMSG_DATA(entry), &value, sizeof(value));
  message.msg_controllen += CMSG_SPACE(sizeof(value));
}

// Of a received message, where its socket asks for them.
struct Marks {
  // The system has put packets together (UDP_GRO): their size; the last may be shorter. 0 if it is one packet.
  std::size_t segment = 0;
  // DSCP and ECN (RFC 2474, 3168).
  std::uint8_t tos = 0;
};

// UDP_GRO and the TOS.
constexpr std::size_t kMarksRoom = 2 * CMSG_SPACE(sizeof(int));

inline Marks marks_of(msghdr& message) {
  Marks marks;
  for (cmsghdr* entry = CMSG_FIRSTHDR(&message); entry != nullptr; entry = CMSG_NXTHDR(&message, entry)) {
    if (entry->cmsg_level == IPPROTO_IP && entry->cmsg_type == IP_TOS) {
      marks.tos = *CMSG_DATA(entry);
      continue;
    }
    int value = 0;
    std::memcpy(&value, CMSG_DATA(entry), sizeof(value));
    if (entry->cmsg_level == SOL_UDP && entry->cmsg_type == UDP_GRO && value > 0)
      marks.segment = static_cast<std::size_t>(value);
    else if (entry->cmsg_level == IPPROTO_IPV6 && entry->cmsg_type == IPV6_TCLASS)
      marks.tos = static_cast<std::uint8_t>(value);
  }
  return marks;
}

}  // namespace turnpike
