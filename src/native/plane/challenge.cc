#include "challenge.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace turnpike {
namespace {

constexpr std::size_t kIdAt = 8;
constexpr std::size_t kTime = 4;
constexpr std::size_t kMac = 32;
constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// As #turn names the 5-tuple of a client that the plane hears.
std::string name_of(std::uint32_t listener, const Address& client) {
  const std::string host = client.family == 6 ? '[' + text_of(client) + ']' : text_of(client);
  return "udp " + std::to_string(listener) + ' ' + host + ':' + std::to_string(client.port);
}

// Of a multiple of three bytes.
void write_base64(std::uint8_t* out, const std::uint8_t* bytes, std::size_t length) {
  for (std::size_t i = 0; i < length; i += 3) {
    const std::uint32_t group = static_cast<std::uint32_t>(bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2]);
    for (int shift = 18; shift >= 0; shift -= 6) *out++ = static_cast<std::uint8_t>(kBase64[group >> shift & 63]);
  }
}

}  // namespace

bool SourceBudget::spend(const Address& source, std::uint32_t second, std::uint32_t most) const {
  Address network = source.without_port();
  if (network.family == 6) std::fill(network.ip.begin() + 8, network.ip.end(), std::uint8_t{0});
  const std::uint64_t hash = hash_of(network);
  const std::uint64_t who = hash >> 32 << 16 | (second & 0xffff);
  for (std::size_t i = 0; i < kTries; i++) {
    std::atomic<std::uint64_t>& place = places_[(hash + i) % kPlaces];
    const std::uint64_t seen = place.load(std::memory_order_relaxed);
    const bool known = seen >> 16 == who;
    // Somebody else's of this second.
    if (!known && seen != 0 && (seen >> 16 & 0xffff) == (second & 0xffff)) continue;
    const std::uint64_t spent = known ? seen & 0xffff : 0;
    if (spent >= most) return false;
    place.store(who << 16 | (spent + 1), std::memory_order_relaxed);
    return true;
  }
  return false;
}

std::size_t write_challenge(const Challenge& challenge, Mac mac, std::uint32_t listener, const Address& client,
                            const TransactionId& id, double now, std::uint8_t* out) {
  const auto time = static_cast<std::uint32_t>(std::floor(challenge.seconds_at_start + now));
  std::array<std::uint8_t, kTime + kMac> body{};
  for (std::size_t i = 0; i < kTime; i++) body[i] = static_cast<std::uint8_t>(time >> (24 - 8 * i));
  std::string text(reinterpret_cast<const char*>(body.data()), kTime);
  text += name_of(listener, client);
  mac(challenge.key.data(), reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), &body[kTime]);
  std::copy(challenge.message.begin(), challenge.message.end(), out);
  std::copy(id.begin(), id.end(), out + kIdAt);
  write_base64(out + challenge.nonce_at, body.data(), Challenge::kNonceBody / 4 * 3);
  return challenge.message.size();
}

}  // namespace turnpike
