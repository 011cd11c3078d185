// What all connections of one media worker share: the certificate, and the policy of the DTLS server.
#pragma once

#include <array>
#include <cstdint>

#include "owned.h"

namespace turnpike {

constexpr std::size_t kSha256Length = 32;

class DtlsContext {
 public:
  // A new self-signed P-256 certificate. Null if OpenSSL refuses any step.
  static std::unique_ptr<DtlsContext> create();

  SSL_CTX* get() const { return context_.get(); }
  // SHA-256 of the certificate in DER.
  const std::array<std::uint8_t, kSha256Length>& fingerprint() const { return fingerprint_; }

 private:
  DtlsContext() = default;
  bool make_certificate();
  bool make_context();

  KeyPointer key_;
  CertificatePointer certificate_;
  ContextPointer context_;
  std::array<std::uint8_t, kSha256Length> fingerprint_{};
};

}  // namespace turnpike
