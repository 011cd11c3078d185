#include "udp_outbox.h"

#include <algorithm>
#include <cerrno>

namespace turnpike {
namespace {

// UDP_MAX_SEGMENTS of kernels before 6.9.
constexpr std::size_t kMaxSegments = 64;
// Where smaller ones are refused, it is hardly because of their size.
constexpr std::size_t kFitsNearlyAnywhere = 1200;
// Datagrams; a path's MTU may grow again.
constexpr std::size_t kRetryAfter = 10'000;

// ENOPROTOOPT and EOPNOTSUPP: a kernel without it. EIO: a network interface that computes no checksums. The others: these
// datagrams do not fit the path's MTU, alone they are fragmented.
bool refuses_joined(int error) {
  return error == EINVAL || error == EMSGSIZE || error == EIO || error == ENOPROTOOPT || error == EOPNOTSUPP;
}

bool refuses_for_good(int error) { return error == EIO || error == ENOPROTOOPT || error == EOPNOTSUPP; }

}  // namespace

UdpOutbox::Result UdpOutbox::send(int descriptor, const std::uint8_t* slab, DatagramRecord* records, std::size_t count) {
  runs_.gather(records, count, join_ ? kMaxSegments : 1, ceiling_);
  pieces_.resize(count);
  next_ = 0;
  told_ = false;
  Result result{0, 0};
  while (next_ < runs_.list().size()) {
    fill(slab, records);
    const auto length = static_cast<unsigned>(message_count_);
    const int sent = sendmmsg(descriptor, messages_.data(), length, MSG_DONTWAIT | MSG_NOSIGNAL);
    counters_.calls++;
    if (sent > 0) {
      advance(static_cast<std::size_t>(sent));
    } else if (!refused(errno, records, result)) {
      result.remaining = keep_rest(records);
      break;
    }
  }
  until_retry_ -= std::min(until_retry_, count);
  if (until_retry_ == 0) ceiling_ = SIZE_MAX;
  return result;
}

// As many messages as fit, from the next run on.
void UdpOutbox::fill(const std::uint8_t* slab, const DatagramRecord* records) {
  const std::vector<Run>& runs = runs_.list();
  message_count_ = std::min(kMessages, runs.size() - next_);
  iovec* piece = pieces_.data();
  for (std::size_t i = 0; i < message_count_; i++) {
    const Run& run = runs[next_ + i];
    const Address& address = records[run.first].address;
    names_[i] = address.family == 0 ? SocketAddress{} : to_socket(address);
    msghdr& message = messages_[i].msg_hdr;
    message = message_of(&names_[i].storage, names_[i].length, piece, run.count);
    for (std::uint32_t at = run.first; at != Runs::kEnd; at = runs_.next(at))
      *piece++ = {const_cast<std::uint8_t*>(slab) + records[at].offset, records[at].length};
    if (run.count == 1) continue;
    message.msg_control = controls_[i].data();
    add_control(message, SOL_UDP, UDP_SEGMENT, static_cast<std::uint16_t>(run.size));
  }
}

void UdpOutbox::advance(std::size_t messages) {
  for (std::size_t i = 0; i < messages; i++) {
    const Run& run = runs_.list()[next_++];
    counters_.packets += run.count;
    if (run.count > 1) counters_.joined++;
  }
  told_ = false;
}

bool UdpOutbox::refused(int error, const DatagramRecord* records, Result& result) {
  if (error == EINTR) return true;
  if (error == EAGAIN) return false;
  const Run& run = runs_.list()[next_];
  // It is about an earlier packet, and told once: the next try is about this one.
  if (error == ECONNREFUSED && !told_) {
    told_ = true;
    result.error = error;
    return true;
  }
  if (run.count > 1 && refuses_joined(error)) {
    counters_.split++;
    if (refuses_for_good(error)) {
      join_ = false;
    } else if (run.size > kFitsNearlyAnywhere) {
      ceiling_ = std::min<std::size_t>(ceiling_, run.size - 1);
      until_retry_ = kRetryAfter;
    }
    runs_.split(next_, records);
    return true;
  }
  counters_.dropped += run.count;
  next_++;
  told_ = false;
  return true;
}

std::size_t UdpOutbox::keep_rest(DatagramRecord* records) {
  rest_.clear();
  for (std::size_t i = next_; i < runs_.list().size(); i++)
    for (std::uint32_t at = runs_.list()[i].first; at != Runs::kEnd; at = runs_.next(at)) rest_.push_back(records[at]);
  std::copy(rest_.begin(), rest_.end(), records);
  return rest_.size();
}

}  // namespace turnpike
