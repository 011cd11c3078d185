// A UDP socket that sets and shows DSCP and ECN, which node:dgram cannot. On standard input "TOS ADDRESS PORT HEX" sends; each
// packet that comes is a line "TOS ADDRESS PORT HEX" on standard output. The first line is the socket's own port.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <string>

namespace {

bool parse(const char* address, int port, sockaddr_in6& to, socklen_t& length) {
  to = {};
  auto* ipv4 = reinterpret_cast<sockaddr_in*>(&to);
  if (inet_pton(AF_INET, address, &ipv4->sin_addr) == 1) {
    ipv4->sin_family = AF_INET;
    ipv4->sin_port = htons(static_cast<std::uint16_t>(port));
    length = sizeof(sockaddr_in);
    return true;
  }
  to.sin6_family = AF_INET6;
  to.sin6_port = htons(static_cast<std::uint16_t>(port));
  length = sizeof(to);
  return inet_pton(AF_INET6, address, &to.sin6_addr) == 1;
}

void send_line(int descriptor, bool ipv6) {
  std::array<char, 64> address{};
  std::array<char, 4096> hex{};
  int tos = 0;
  int port = 0;
  if (std::scanf("%d %63s %d %4095s", &tos, address.data(), &port, hex.data()) != 4) _exit(0);
  std::string bytes;
  for (std::size_t i = 0; hex[i] != 0 && hex[i + 1] != 0; i += 2)
    bytes.push_back(static_cast<char>(std::stoi(std::string(&hex[i], 2), nullptr, 16)));
  sockaddr_in6 to;
  socklen_t length = 0;
  if (!parse(address.data(), port, to, length)) _exit(1);
  setsockopt(descriptor, ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, ipv6 ? IPV6_TCLASS : IP_TOS, &tos, sizeof(tos));
  sendto(descriptor, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&to), length);
}

void show_packet(int descriptor) {
  std::array<unsigned char, 2048> bytes;
  alignas(cmsghdr) std::array<char, 256> control;
  sockaddr_in6 from{};
  iovec place{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_name = &from;
  message.msg_namelen = sizeof(from);
  message.msg_iov = &place;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t length = recvmsg(descriptor, &message, 0);
  int tos = 0;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header))
    std::memcpy(&tos, CMSG_DATA(header), header->cmsg_level == IPPROTO_IP ? 1 : sizeof(tos));
  std::array<char, INET6_ADDRSTRLEN> text{};
  const auto* ipv4 = reinterpret_cast<const sockaddr_in*>(&from);
  const bool ipv6 = from.sin6_family == AF_INET6;
  inet_ntop(from.sin6_family, ipv6 ? static_cast<const void*>(&from.sin6_addr) : &ipv4->sin_addr, text.data(), text.size());
  std::printf("%d %s %d ", tos, text.data(), ntohs(ipv6 ? from.sin6_port : ipv4->sin_port));
  for (ssize_t i = 0; i < length; i++) std::printf("%02x", bytes[static_cast<std::size_t>(i)]);
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) {
  sockaddr_in6 own;
  socklen_t length = 0;
  if (count != 2 || !parse(arguments[1], 0, own, length)) return 1;
  const bool ipv6 = own.sin6_family == AF_INET6;
  const int descriptor = socket(own.sin6_family, SOCK_DGRAM, 0);
  const int on = 1;
  setsockopt(descriptor, ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, ipv6 ? IPV6_RECVTCLASS : IP_RECVTOS, &on, sizeof(on));
  if (bind(descriptor, reinterpret_cast<const sockaddr*>(&own), length) != 0) return 1;
  getsockname(descriptor, reinterpret_cast<sockaddr*>(&own), &length);
  std::printf("%d\n", ntohs(ipv6 ? own.sin6_port : reinterpret_cast<const sockaddr_in*>(&own)->sin_port));
  std::fflush(stdout);
  // Without it, a line that is read ahead would hide from poll.
  std::setvbuf(stdin, nullptr, _IONBF, 0);
  for (;;) {
    std::array<pollfd, 2> ready{{{STDIN_FILENO, POLLIN, 0}, {descriptor, POLLIN, 0}}};
    if (poll(ready.data(), ready.size(), -1) < 0) return 1;
    if (ready[1].revents != 0) show_packet(descriptor);
    if (ready[0].revents != 0) send_line(descriptor, ipv6);
  }
}
