#pragma once
#include <netinet/in.h>

#include <cstdint>
#include <string>
#include <vector>

#include "stun.h"

// A TURN client over UDP: one socket, one allocation at most, one request at a time.
class Client {
 public:
  // What it is doing, or has done last.
  enum class Step { kIdle, kAsking, kAllocating, kAllocated, kBinding, kBound, kReleasing, kReleased, kFailed };

  // A socket of its own at `source`, connected to the server. Fails by `step()`.
  Client(const Account& account, const sockaddr_in& server, const sockaddr_in& source);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // As a browser does it: without credentials first, to learn the nonce.
  void allocate();
  void bind(uint16_t channel, const sockaddr_in& peer);
  // Refresh with a lifetime of 0.
  void release();

  // Takes what has come in. True if the present request has been answered for good.
  bool take_answers();
  // Sends the present request again if its time has come. False if it has been tried too often.
  bool keep_trying(uint64_t time);

  Step step() const { return step_; }
  bool waiting() const;
  int socket() const { return socket_; }
  const sockaddr_in& relayed() const { return relayed_; }
  // STUN error code, or errno of a socket that could not be had, or -1 for no answer at all.
  int error() const { return error_; }
  unsigned retransmissions() const { return retransmissions_; }
  uint64_t began_at() const { return began_at_; }

 private:
  bool take(const Answer& answer);
  void repeat_signed();
  void send(Step step, const Request& request);
  bool fail(int error);

  const Account& account_;
  int socket_;
  Step step_ = Step::kIdle;
  std::string nonce_;
  sockaddr_in relayed_{};
  sockaddr_in peer_{};
  uint16_t channel_ = 0;
  std::vector<uint8_t> request_;
  TransactionId id_{};
  uint64_t sent_at_ = 0;
  uint64_t began_at_ = 0;
  unsigned tries_ = 0;
  unsigned signatures_ = 0;
  unsigned retransmissions_ = 0;
  int error_ = 0;
};

sockaddr_in address_of(uint32_t host, uint16_t port);
