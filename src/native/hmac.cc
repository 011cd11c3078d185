#include "hmac.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/params.h>

#include <algorithm>

namespace turnpike {
namespace {

constexpr std::array<const char*, 2> kNames{"SHA1", "SHA256"};

MacPointer make(const char* digest, const std::vector<std::uint8_t>& key) {
  // As long as the process.
  static EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  MacPointer made(EVP_MAC_CTX_new(hmac));
  std::array<OSSL_PARAM, 2> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(digest), 0),
      OSSL_PARAM_construct_end(),
  };
  // An empty key is one, too; no pointer would mean the key that is there.
  static const std::uint8_t nothing = 0;
  const std::uint8_t* const bytes = key.empty() ? &nothing : key.data();
  if (!made || EVP_MAC_init(made.get(), bytes, key.size(), parameters.data()) != 1) return nullptr;
  return made;
}

}  // namespace

void hmac_sha256(const std::uint8_t* key, const std::uint8_t* bytes, std::size_t length, std::uint8_t* out) {
  HMAC(EVP_sha256(), key, 32, bytes, length, out, nullptr);
}

HmacKey::~HmacKey() { OPENSSL_cleanse(key_.data(), key_.size()); }

EVP_MAC_CTX* HmacKey::ready(Digest digest) {
  const auto index = static_cast<std::size_t>(digest);
  MacPointer& made = made_[index];
  if (!made) made = make(kNames[index], key_);
  // Without a key: the one that it has.
  else if (EVP_MAC_init(made.get(), nullptr, 0, nullptr) != 1)
    return nullptr;
  return made.get();
}

bool HmacKey::write(Digest digest, Part first, Part second, std::uint8_t* out, std::size_t room) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> whole;
  std::size_t length = 0;
  EVP_MAC_CTX* const context = ready(digest);
  if (context == nullptr || EVP_MAC_update(context, first.data, first.length) != 1 ||
      EVP_MAC_update(context, second.data, second.length) != 1 ||
      EVP_MAC_final(context, whole.data(), &length, whole.size()) != 1)
    return false;
  std::copy_n(whole.begin(), std::min(length, room), out);
  return true;
}

}  // namespace turnpike
