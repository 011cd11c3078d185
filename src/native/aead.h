// AES-GCM on packets that are encrypted and decrypted where they lie.
#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "owned.h"

namespace turnpike {

constexpr std::size_t kGcmTagLength = 16;
constexpr std::size_t kGcmNonceLength = 12;

// One direction of one key. Its schedule is made once; each packet brings a nonce of its own.
class Aead {
 public:
  enum class Direction { kSeal, kOpen };

  // AES-128 or AES-256 by the key's length; null if it is neither.
  static std::unique_ptr<Aead> create(Direction direction, const std::uint8_t* key, std::size_t key_length);

  // `packet` holds `plain` bytes that are only authenticated, the text, and room for the tag, or the tag itself.
  bool seal(const std::uint8_t* nonce, std::uint8_t* packet, std::size_t length, std::size_t plain) const;
  // False if the packet is not genuine; its text must not be used then.
  bool open(const std::uint8_t* nonce, std::uint8_t* packet, std::size_t length, std::size_t plain) const;

  Direction direction() const { return direction_; }

 private:
  Aead() = default;
  Direction direction_ = Direction::kSeal;
  CipherPointer context_;
};

}  // namespace turnpike
