// One DTLS 1.2 server end with memory in place of a socket.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "datagram_bio.h"
#include "dtls_context.h"

namespace turnpike {

enum class DtlsState { kHandshake, kConnected, kFailed, kClosed };

struct ExpectedFingerprint {
  const EVP_MD* digest;
  std::vector<std::uint8_t> value;
};

class DtlsConnection {
 public:
  // `profiles`: SRTP profile names joined by ":", best first. Null if OpenSSL refuses.
  static std::unique_ptr<DtlsConnection> create(const DtlsContext& context, ExpectedFingerprint expected,
                                                const std::string& profiles, bool cookie_exchange);

  // Takes one datagram from the peer. `length` may be anything, the bytes may be anything.
  void receive(const std::uint8_t* datagram, std::size_t length);
  void retransmit();
  // One record of application data. False if it was not sent.
  bool send(const std::uint8_t* data, std::size_t length);
  // Queues close_notify if connected.
  void shut_down();

  // Milliseconds until `retransmit` is due, -1 if nothing is outstanding.
  std::int64_t timeout_ms() const;
  DtlsState state() const { return state_; }
  const char* failure() const { return failure_; }
  const std::string& detail() const { return detail_; }
  std::string profile() const;
  // 2 keys of 16 bytes and 2 salts (RFC 5764 4.2). Empty unless connected.
  std::vector<std::uint8_t> keying_material(std::size_t length) const;

  // Datagrams to send and application data that arrived, since the last call.
  std::vector<Datagram> take_datagrams();
  std::vector<Datagram> take_data();

  // OpenSSL's callbacks.
  static int check_certificate(X509_STORE_CTX* store, void*);
  static int write_cookie(SSL* ssl, unsigned char* cookie, unsigned int* length);
  static int check_cookie(SSL* ssl, const unsigned char* cookie, unsigned int length);

 private:
  DtlsConnection() = default;
  void advance();
  void finish_handshake();
  void read_data();
  void fail(const char* failure);
  void fail_by_openssl();

  static constexpr std::size_t kCookieLength = 32;

  DatagramQueue queue_;
  ExpectedFingerprint expected_{};
  std::array<std::uint8_t, kCookieLength> cookie_{};
  DtlsState state_ = DtlsState::kHandshake;
  const char* failure_ = "";
  std::string detail_;
  std::vector<Datagram> data_;
  SslPointer ssl_;  // last: freed before what its callbacks use
};

}  // namespace turnpike
