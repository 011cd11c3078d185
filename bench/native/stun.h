#pragma once
#include <netinet/in.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// Just as much of RFC 8489 and 8656 as a client over IPv4 needs to have a relay.

enum class Method : uint16_t { kAllocate = 0x003, kRefresh = 0x004, kChannelBind = 0x009 };

enum class Attribute : uint16_t {
  kUsername = 0x0006,
  kMessageIntegrity = 0x0008,
  kErrorCode = 0x0009,
  kChannelNumber = 0x000c,
  kLifetime = 0x000d,
  kXorPeerAddress = 0x0012,
  kRealm = 0x0014,
  kNonce = 0x0015,
  kXorRelayedAddress = 0x0016,
  kRequestedTransport = 0x0019,
};

using TransactionId = std::array<uint8_t, 12>;

// Long-term credentials (RFC 8489 9.2); the key is MD5 of "username:realm:password".
struct Account {
  std::string username;
  std::string realm;
  std::array<uint8_t, 16> key;
};

class Request {
 public:
  Request(Method method, const TransactionId& id);
  void add(Attribute type, const void* value, size_t size);
  void add_number(Attribute type, uint32_t value);
  void add_address(Attribute type, const sockaddr_in& address);
  // Username, realm, nonce and MESSAGE-INTEGRITY; nothing may be added behind it.
  void sign(const Account& account, const std::string& nonce);
  const std::vector<uint8_t>& bytes() const { return bytes_; }

 private:
  void set_length(size_t length);

  std::vector<uint8_t> bytes_;
};

struct Answer {
  TransactionId id;
  // 0 is success.
  int error;
  std::string nonce;
  sockaddr_in relayed;
};

// False if it is no answer to a request.
bool parse_answer(const uint8_t* bytes, size_t size, Answer& answer);

// HMAC-SHA1 of the libcrypto that is installed; false if there is none.
bool load_crypto();
