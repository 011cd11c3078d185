#include "aead.h"

namespace turnpike {
namespace {

// Lengths of packets fit into an int with room to spare.
constexpr std::size_t kLongest = 1 << 20;

bool fits(std::size_t length, std::size_t plain) {
  return length <= kLongest && plain <= length && length - plain >= kGcmTagLength;
}

}  // namespace

std::unique_ptr<Aead> Aead::create(Direction direction, const std::uint8_t* key, std::size_t key_length) {
  const EVP_CIPHER* cipher = key_length == 16 ? EVP_aes_128_gcm() : key_length == 32 ? EVP_aes_256_gcm() : nullptr;
  if (cipher == nullptr) return nullptr;
  std::unique_ptr<Aead> made(new Aead());
  made->direction_ = direction;
  made->context_.reset(EVP_CIPHER_CTX_new());
  const int encrypt = direction == Direction::kSeal ? 1 : 0;
  if (!made->context_ || EVP_CipherInit_ex(made->context_.get(), cipher, nullptr, key, nullptr, encrypt) != 1)
    return nullptr;
  return made;
}

bool Aead::seal(const std::uint8_t* nonce, std::uint8_t* packet, std::size_t length, std::size_t plain) const {
  if (direction_ != Direction::kSeal || !fits(length, plain)) return false;
  EVP_CIPHER_CTX* context = context_.get();
  const auto text = static_cast<int>(length - plain - kGcmTagLength);
  std::uint8_t* tag = packet + length - kGcmTagLength;
  int written = 0;
  return EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, nonce) == 1 &&
         EVP_EncryptUpdate(context, nullptr, &written, packet, static_cast<int>(plain)) == 1 &&
         EVP_EncryptUpdate(context, packet + plain, &written, packet + plain, text) == 1 && written == text &&
         EVP_EncryptFinal_ex(context, tag, &written) == 1 &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kGcmTagLength), tag) == 1;
}

bool Aead::open(const std::uint8_t* nonce, std::uint8_t* packet, std::size_t length, std::size_t plain) const {
  if (direction_ != Direction::kOpen || !fits(length, plain)) return false;
  EVP_CIPHER_CTX* context = context_.get();
  const auto text = static_cast<int>(length - plain - kGcmTagLength);
  std::uint8_t* tag = packet + length - kGcmTagLength;
  int written = 0;
  return EVP_DecryptInit_ex(context, nullptr, nullptr, nullptr, nonce) == 1 &&
         EVP_DecryptUpdate(context, nullptr, &written, packet, static_cast<int>(plain)) == 1 &&
         EVP_DecryptUpdate(context, packet + plain, &written, packet + plain, text) == 1 && written == text &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kGcmTagLength), tag) == 1 &&
         EVP_DecryptFinal_ex(context, tag, &written) == 1;
}

}  // namespace turnpike
