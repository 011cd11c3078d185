#include "dtls_connection.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "record_filter.h"

namespace turnpike {
namespace {

// RFC 6347 4.2.4.1 has 1 s for unknown paths; here an ICE check has just measured one, and a guest waits.
constexpr unsigned int kFirstTimeoutUs = 250'000;
constexpr unsigned int kLastTimeoutUs = 4'000'000;
constexpr std::size_t kMaximumRecord = 16 * 1024;

unsigned int next_timeout_us(SSL*, unsigned int previous_us) {
  return previous_us == 0 ? kFirstTimeoutUs : std::min(previous_us * 2, kLastTimeoutUs);
}

// Leaves no error behind in the queue of this thread, which node:crypto reads too.
class ErrorQueueGuard {
 public:
  ErrorQueueGuard() { ERR_set_mark(); }
  ~ErrorQueueGuard() { ERR_pop_to_mark(); }
  ErrorQueueGuard(const ErrorQueueGuard&) = delete;
  ErrorQueueGuard& operator=(const ErrorQueueGuard&) = delete;
};

int connection_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

DtlsConnection* connection_of(const SSL* ssl) {
  return static_cast<DtlsConnection*>(SSL_get_ex_data(ssl, connection_index()));
}

}  // namespace

std::unique_ptr<DtlsConnection> DtlsConnection::create(const DtlsContext& context, ExpectedFingerprint expected,
                                                       const std::string& profiles, bool cookie_exchange) {
  ErrorQueueGuard guard;
  std::unique_ptr<DtlsConnection> made(new DtlsConnection());
  made->expected_ = std::move(expected);
  if (RAND_bytes(made->cookie_.data(), kCookieLength) != 1) return nullptr;
  made->ssl_.reset(SSL_new(context.get()));
  SSL* ssl = made->ssl_.get();
  if (ssl == nullptr || SSL_set_ex_data(ssl, connection_index(), made.get()) != 1) return nullptr;
  if (SSL_set_tlsext_use_srtp(ssl, profiles.c_str()) != 0) return nullptr;  // 0 is success here
  BIO* bio = new_datagram_bio(&made->queue_);
  if (bio == nullptr) return nullptr;
  SSL_set_bio(ssl, bio, bio);
  if (cookie_exchange) SSL_set_options(ssl, SSL_OP_COOKIE_EXCHANGE);
  SSL_set_mtu(ssl, kMaximumDatagram);
  DTLS_set_timer_cb(ssl, next_timeout_us);
  SSL_set_accept_state(ssl);
  return made;
}

void DtlsConnection::receive(const std::uint8_t* datagram, std::size_t length) {
  if (state_ != DtlsState::kHandshake && state_ != DtlsState::kConnected) return;
  const Datagram admitted = admissible_records(datagram, length, state_ == DtlsState::kConnected);
  if (admitted.empty()) return;
  ErrorQueueGuard guard;
  queue_.in = admitted.data();
  queue_.in_length = admitted.size();
  advance();
  queue_.in = nullptr;
  queue_.in_length = 0;
}

void DtlsConnection::advance() {
  if (state_ == DtlsState::kHandshake) {
    ERR_clear_error();
    const int done = SSL_do_handshake(ssl_.get());
    if (done == 1)
      finish_handshake();
    else if (SSL_get_error(ssl_.get(), done) != SSL_ERROR_WANT_READ)
      fail_by_openssl();
  }
  if (state_ == DtlsState::kConnected) read_data();
}

void DtlsConnection::finish_handshake() {
  if (SSL_get_selected_srtp_profile(ssl_.get()) == nullptr) return fail("no-srtp-profile");
  // Without it the exported keys are open to the triple handshake (RFC 7627 1, 5.4).
  if (SSL_get_extms_support(ssl_.get()) != 1) return fail("no-extended-master-secret");
  state_ = DtlsState::kConnected;
}

void DtlsConnection::read_data() {
  for (;;) {
    Datagram record(kMaximumRecord);
    std::size_t length = 0;
    ERR_clear_error();
    const int done = SSL_read_ex(ssl_.get(), record.data(), record.size(), &length);
    if (done == 1) {
      record.resize(length);
      record.shrink_to_fit();
      data_.push_back(std::move(record));
      continue;
    }
    const int why = SSL_get_error(ssl_.get(), done);
    if (why == SSL_ERROR_ZERO_RETURN)
      state_ = DtlsState::kClosed;
    else if (why != SSL_ERROR_WANT_READ)
      fail_by_openssl();
    return;
  }
}

void DtlsConnection::retransmit() {
  if (state_ != DtlsState::kHandshake) return;
  ErrorQueueGuard guard;
  ERR_clear_error();
  if (DTLSv1_handle_timeout(ssl_.get()) < 0) fail_by_openssl();
}

bool DtlsConnection::send(const std::uint8_t* data, std::size_t length) {
  if (state_ != DtlsState::kConnected) return false;
  ErrorQueueGuard guard;
  std::size_t written = 0;
  return SSL_write_ex(ssl_.get(), data, length, &written) == 1;
}

void DtlsConnection::shut_down() {
  ErrorQueueGuard guard;
  if (state_ == DtlsState::kConnected) SSL_shutdown(ssl_.get());
  state_ = DtlsState::kClosed;
}

std::int64_t DtlsConnection::timeout_ms() const {
  if (state_ != DtlsState::kHandshake) return -1;
  struct timeval left {};
  if (DTLSv1_get_timeout(ssl_.get(), &left) != 1) return -1;
  return static_cast<std::int64_t>(left.tv_sec) * 1000 + (left.tv_usec + 999) / 1000;
}

std::string DtlsConnection::profile() const {
  const SRTP_PROTECTION_PROFILE* profile = SSL_get_selected_srtp_profile(ssl_.get());
  return profile == nullptr ? "" : profile->name;
}

std::vector<std::uint8_t> DtlsConnection::keying_material(std::size_t length) const {
  constexpr const char* label = "EXTRACTOR-dtls_srtp";  // RFC 5764 4.2
  if (state_ != DtlsState::kConnected) return {};
  ErrorQueueGuard guard;
  std::vector<std::uint8_t> material(length);
  const int done =
      SSL_export_keying_material(ssl_.get(), material.data(), length, label, std::strlen(label), nullptr, 0, 0);
  return done == 1 ? material : std::vector<std::uint8_t>();
}

std::vector<Datagram> DtlsConnection::take_datagrams() { return std::exchange(queue_.out, {}); }
std::vector<Datagram> DtlsConnection::take_data() { return std::exchange(data_, {}); }

// OpenSSL then verifies that the client holds the certificate's key (CertificateVerify), before `connected`.
int DtlsConnection::check_certificate(X509_STORE_CTX* store, void*) {
  const auto* ssl = static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  DtlsConnection* connection = connection_of(ssl);
  X509* certificate = X509_STORE_CTX_get0_cert(store);
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> actual{};
  unsigned int length = 0;
  const ExpectedFingerprint& expected = connection->expected_;
  const bool equal = certificate != nullptr &&
                     X509_digest(certificate, expected.digest, actual.data(), &length) == 1 &&
                     length == expected.value.size() &&
                     CRYPTO_memcmp(actual.data(), expected.value.data(), length) == 0;
  if (equal) return 1;
  connection->failure_ = "fingerprint-mismatch";
  X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
  return 0;
}

// The cookie (RFC 6347 4.2.1) is random and belongs to the connection, and that to addresses which passed an ICE check:
// whoever sends from a forged address never sees it. It holds when ICE moves the handshake to another path.
int DtlsConnection::write_cookie(SSL* ssl, unsigned char* cookie, unsigned int* length) {
  const DtlsConnection* connection = connection_of(ssl);
  std::memcpy(cookie, connection->cookie_.data(), kCookieLength);
  *length = kCookieLength;
  return 1;
}

int DtlsConnection::check_cookie(SSL* ssl, const unsigned char* cookie, unsigned int length) {
  const DtlsConnection* connection = connection_of(ssl);
  return length == kCookieLength && CRYPTO_memcmp(cookie, connection->cookie_.data(), kCookieLength) == 0 ? 1 : 0;
}

void DtlsConnection::fail(const char* failure) {
  state_ = DtlsState::kFailed;
  failure_ = failure;
}

void DtlsConnection::fail_by_openssl() {
  const unsigned long code = ERR_peek_last_error();
  const int reason = ERR_GET_REASON(code);
  const char* text = ERR_reason_error_string(code);
  detail_ = text == nullptr ? "" : text;
  if (std::strcmp(failure_, "fingerprint-mismatch") == 0) return fail(failure_);
  if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) return fail("no-certificate");
  if (reason > SSL_AD_REASON_OFFSET) return fail("peer-alert");
  fail("protocol");
}

}  // namespace turnpike
