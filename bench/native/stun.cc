#include "stun.h"

#include <arpa/inet.h>
#include <dlfcn.h>

#include <cstring>

namespace {

constexpr size_t kHeader = 20;
constexpr uint32_t kCookie = 0x2112a442;
constexpr size_t kIntegrity = 20;
constexpr uint16_t kClassMask = 0x0110;
constexpr uint16_t kSuccess = 0x0100;

using HmacFunction = unsigned char* (*)(const void*, const void*, int, const unsigned char*, size_t, unsigned char*,
                                        unsigned*);
HmacFunction hmac;
const void* sha1;

uint16_t number16(const uint8_t* at) { return static_cast<uint16_t>(at[0] << 8 | at[1]); }

void append16(std::vector<uint8_t>& bytes, size_t value) {
  bytes.push_back(static_cast<uint8_t>(value >> 8));
  bytes.push_back(static_cast<uint8_t>(value));
}

// RFC 8489 14.2: over the message so far, with the length as if the integrity were in it.
void append_integrity(std::vector<uint8_t>& bytes, const Account& account) {
  std::array<uint8_t, kIntegrity> mac;
  unsigned size = 0;
  hmac(sha1, account.key.data(), static_cast<int>(account.key.size()), bytes.data(), bytes.size(), mac.data(), &size);
  append16(bytes, static_cast<size_t>(Attribute::kMessageIntegrity));
  append16(bytes, kIntegrity);
  bytes.insert(bytes.end(), mac.begin(), mac.end());
}

void read_attribute(Answer& answer, Attribute type, const uint8_t* value, size_t size) {
  if (type == Attribute::kErrorCode && size >= 4) answer.error = value[2] * 100 + value[3];
  if (type == Attribute::kNonce) answer.nonce.assign(reinterpret_cast<const char*>(value), size);
  if (type == Attribute::kXorRelayedAddress && size == 8) {
    uint32_t host;
    std::memcpy(&host, value + 4, sizeof host);
    answer.relayed.sin_family = AF_INET;
    answer.relayed.sin_port = htons(static_cast<uint16_t>(number16(value + 2) ^ kCookie >> 16));
    answer.relayed.sin_addr.s_addr = host ^ htonl(kCookie);
  }
}

}  // namespace

bool load_crypto() {
  void* library = dlopen("libcrypto.so.3", RTLD_NOW);
  if (library == nullptr) return false;
  hmac = reinterpret_cast<HmacFunction>(dlsym(library, "HMAC"));
  auto sha1_of = reinterpret_cast<const void* (*)()>(dlsym(library, "EVP_sha1"));
  sha1 = sha1_of == nullptr ? nullptr : sha1_of();
  return hmac != nullptr && sha1 != nullptr;
}

Request::Request(Method method, const TransactionId& id) {
  append16(bytes_, static_cast<size_t>(method));
  append16(bytes_, 0);
  append16(bytes_, kCookie >> 16);
  append16(bytes_, kCookie & 0xffff);
  bytes_.insert(bytes_.end(), id.begin(), id.end());
}

void Request::add(Attribute type, const void* value, size_t size) {
  append16(bytes_, static_cast<size_t>(type));
  append16(bytes_, size);
  const auto* from = static_cast<const uint8_t*>(value);
  bytes_.insert(bytes_.end(), from, from + size);
  bytes_.resize((bytes_.size() + 3) & ~size_t{3});
  set_length(bytes_.size() - kHeader);
}

void Request::add_number(Attribute type, uint32_t value) {
  uint32_t wire = htonl(value);
  add(type, &wire, sizeof wire);
}

void Request::add_address(Attribute type, const sockaddr_in& address) {
  struct {
    uint16_t family;
    uint16_t port;
    uint32_t host;
  } wire = {htons(1), static_cast<uint16_t>(address.sin_port ^ htons(kCookie >> 16)),
            address.sin_addr.s_addr ^ htonl(kCookie)};
  add(type, &wire, sizeof wire);
}

void Request::sign(const Account& account, const std::string& nonce) {
  add(Attribute::kUsername, account.username.data(), account.username.size());
  add(Attribute::kRealm, account.realm.data(), account.realm.size());
  add(Attribute::kNonce, nonce.data(), nonce.size());
  set_length(bytes_.size() - kHeader + 4 + kIntegrity);
  append_integrity(bytes_, account);
}

void Request::set_length(size_t length) {
  bytes_[2] = static_cast<uint8_t>(length >> 8);
  bytes_[3] = static_cast<uint8_t>(length);
}

bool parse_answer(const uint8_t* bytes, size_t size, Answer& answer) {
  if (size < kHeader || (bytes[0] & 0xc0) != 0 || number16(bytes + 2) + kHeader != size) return false;
  const uint16_t type = number16(bytes);
  if ((type & kSuccess) == 0) return false;
  answer = Answer{};
  answer.error = (type & kClassMask) == kSuccess ? 0 : 500;
  std::memcpy(answer.id.data(), bytes + 8, answer.id.size());
  for (size_t at = kHeader; at + 4 <= size;) {
    const size_t length = number16(bytes + at + 2);
    if (at + 4 + length > size) return false;
    read_attribute(answer, static_cast<Attribute>(number16(bytes + at)), bytes + at + 4, length);
    at += 4 + ((length + 3) & ~size_t{3});
  }
  return true;
}
