#include "client.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>

#include "clock.h"

namespace {

// RFC 8489 6.2.1: the first retransmission, each later one after twice the time.
constexpr uint64_t kFirstTimeout = 500 * kMillisecond;
constexpr unsigned kMaxTries = 5;
// A stale nonce is replaced, but not for ever.
constexpr unsigned kMaxSignatures = 4;
constexpr uint32_t kUdp = 17u << 24;
constexpr size_t kLargestAnswer = 1500;
// As much as Linux lets anybody have (net.core.rmem_max), so that no packet is lost at our own sockets.
constexpr int kBuffer = 4 << 20;

TransactionId new_id() {
  static std::mt19937_64 random{std::random_device{}()};
  const uint64_t halves[2] = {random(), random()};
  TransactionId id;
  std::memcpy(id.data(), halves, id.size());
  return id;
}

}  // namespace

sockaddr_in address_of(uint32_t host, uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(host);
  address.sin_port = htons(port);
  return address;
}

Client::Client(const Account& account, const sockaddr_in& server, const sockaddr_in& source)
    : account_(account), socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  const auto* from = reinterpret_cast<const sockaddr*>(&source);
  const auto* to = reinterpret_cast<const sockaddr*>(&server);
  setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &kBuffer, sizeof kBuffer);
  if (socket_ < 0 || ::bind(socket_, from, sizeof source) != 0 || connect(socket_, to, sizeof server) != 0)
    fail(errno);
}

Client::~Client() { close(socket_); }

void Client::allocate() {
  if (step_ == Step::kFailed) return;
  began_at_ = now();
  Request request(Method::kAllocate, new_id());
  request.add_number(Attribute::kRequestedTransport, kUdp);
  send(Step::kAsking, request);
}

void Client::bind(uint16_t channel, const sockaddr_in& peer) {
  channel_ = channel;
  peer_ = peer;
  step_ = Step::kBinding;
  repeat_signed();
}

void Client::release() {
  step_ = Step::kReleasing;
  repeat_signed();
}

void Client::repeat_signed() {
  const bool binds = step_ == Step::kBinding;
  const bool releases = step_ == Step::kReleasing;
  Request request(binds ? Method::kChannelBind : releases ? Method::kRefresh : Method::kAllocate, new_id());
  if (binds) {
    request.add_number(Attribute::kChannelNumber, uint32_t{channel_} << 16);
    request.add_address(Attribute::kXorPeerAddress, peer_);
  } else if (releases) {
    request.add_number(Attribute::kLifetime, 0);
  } else {
    request.add_number(Attribute::kRequestedTransport, kUdp);
  }
  request.sign(account_, nonce_);
  send(step_, request);
}

void Client::send(Step step, const Request& request) {
  step_ = step;
  request_ = request.bytes();
  std::memcpy(id_.data(), request_.data() + 8, id_.size());
  tries_ = 1;
  sent_at_ = now();
  // What is not sent now is sent again later.
  (void)::send(socket_, request_.data(), request_.size(), MSG_NOSIGNAL);
}

bool Client::waiting() const {
  return step_ == Step::kAsking || step_ == Step::kAllocating || step_ == Step::kBinding || step_ == Step::kReleasing;
}

bool Client::take_answers() {
  uint8_t bytes[kLargestAnswer];
  Answer answer;
  while (waiting()) {
    const ssize_t size = recv(socket_, bytes, sizeof bytes, 0);
    if (size < 0) return false;
    if (!parse_answer(bytes, static_cast<size_t>(size), answer) || answer.id != id_) continue;
    if (take(answer)) return true;
  }
  return false;
}

bool Client::take(const Answer& answer) {
  if ((answer.error == 401 && step_ == Step::kAsking) || answer.error == 438) {
    nonce_ = answer.nonce;
    if (++signatures_ > kMaxSignatures) return fail(answer.error);
    if (step_ == Step::kAsking) step_ = Step::kAllocating;
    repeat_signed();
    return false;
  }
  if (answer.error != 0) return fail(answer.error);
  signatures_ = 0;
  if (step_ == Step::kBinding) {
    step_ = Step::kBound;
  } else if (step_ == Step::kReleasing) {
    step_ = Step::kReleased;
  } else {
    relayed_ = answer.relayed;
    step_ = Step::kAllocated;
  }
  return true;
}

bool Client::keep_trying(uint64_t time) {
  if (time < sent_at_ + (kFirstTimeout << (tries_ - 1))) return true;
  if (tries_ == kMaxTries) return !fail(-1);
  tries_++;
  retransmissions_++;
  sent_at_ = time;
  (void)::send(socket_, request_.data(), request_.size(), MSG_NOSIGNAL);
  return true;
}

bool Client::fail(int error) {
  error_ = error;
  step_ = Step::kFailed;
  return true;
}
