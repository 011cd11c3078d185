#include "dtls_context.h"

#include <openssl/ec.h>
#include <openssl/rand.h>

#include "dtls_connection.h"

namespace turnpike {
namespace {

constexpr long kDay = 24L * 60 * 60;
// A client sends one self-signed certificate; a longer list would only hold memory.
constexpr long kMaximumCertificateBytes = 16 * 1024;

// The first one is mandatory (RFC 8827 6.5). record_filter.cc relies on both being AES-GCM.
constexpr const char* kCiphers = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384";

bool random_serial(X509* certificate) {
  std::uint64_t serial = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1) return false;
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1) == 1;
}

}  // namespace

std::unique_ptr<DtlsContext> DtlsContext::create() {
  std::unique_ptr<DtlsContext> made(new DtlsContext());
  if (!made->make_certificate() || !made->make_context()) return nullptr;
  return made;
}

bool DtlsContext::make_certificate() {
  key_.reset(EVP_EC_gen("P-256"));
  certificate_.reset(X509_new());
  X509* certificate = certificate_.get();
  if (!key_ || certificate == nullptr || X509_set_version(certificate, X509_VERSION_3) != 1) return false;
  if (!random_serial(certificate)) return false;
  if (X509_gmtime_adj(X509_getm_notBefore(certificate), -kDay) == nullptr) return false;
  if (X509_gmtime_adj(X509_getm_notAfter(certificate), 365 * kDay) == nullptr) return false;
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* common_name = reinterpret_cast<const unsigned char*>("WebRTC");
  if (X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0) != 1) return false;
  if (X509_set_issuer_name(certificate, name) != 1 || X509_set_pubkey(certificate, key_.get()) != 1) return false;
  if (X509_sign(certificate, key_.get(), EVP_sha256()) == 0) return false;
  unsigned int length = 0;
  return X509_digest(certificate, EVP_sha256(), fingerprint_.data(), &length) == 1 && length == kSha256Length;
}

bool DtlsContext::make_context() {
  context_.reset(SSL_CTX_new(DTLS_server_method()));
  SSL_CTX* context = context_.get();
  if (context == nullptr) return false;
  if (SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) != 1) return false;
  if (SSL_CTX_use_certificate(context, certificate_.get()) != 1) return false;
  if (SSL_CTX_use_PrivateKey(context, key_.get()) != 1) return false;
  if (SSL_CTX_set_cipher_list(context, kCiphers) != 1) return false;
  if (SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") != 1) return false;
  // No resumption: the fingerprint is checked in the one full handshake. No renegotiation: it could swap the peer.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_NO_QUERY_MTU | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_max_cert_list(context, kMaximumCertificateBytes);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context, DtlsConnection::check_certificate, nullptr);
  SSL_CTX_set_cookie_generate_cb(context, DtlsConnection::write_cookie);
  SSL_CTX_set_cookie_verify_cb(context, DtlsConnection::check_cookie);
  return true;
}

}  // namespace turnpike
