// Gathers what a round of receiving wants to send, and sends it with as few system calls as can be: what goes to one place
// in packets of one size leaves as one run (UDP_SEGMENT), the rest of a socket by sendmmsg.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "codec.h"
#include "messages.h"
#include "relay.h"

namespace turnpike {

// Read by other threads at any time.
struct OutboxCounts {
  std::atomic<std::uint64_t> run_sends{0};
  std::atomic<std::uint64_t> run_packets{0};
  // EINVAL, ENOPROTOOPT, EIO, EMSGSIZE.
  std::array<std::atomic<std::uint64_t>, 4> fallbacks{};
};

enum class Towards : std::size_t { kPeer = 0, kClient = 1 };

// A packet to be sent. Nothing it points at may change before the next flush.
struct Outgoing {
  int descriptor;
  const SocketAddress* to;
  std::uint8_t tos;
  const Relay* relay;
  Towards towards;
  // Header, payload, padding; without a header the payload is first.
  std::array<Span, 3> pieces;
  std::size_t payload;
};

// What the outbox asks of its owner.
class OutboxOwner {
 public:
  // The socket of that relay has errors to tell.
  virtual void read_errors(const Relay& relay) = 0;
  // A packet has left; only while `watched`.
  virtual void sent(const Relay& relay, Towards towards, const SocketAddress& to, const Span* pieces, std::size_t count) = 0;

 protected:
  ~OutboxOwner() = default;
};

class Outbox {
 public:
  // `may_run`: the system knows UDP_SEGMENT.
  Outbox(OutboxOwner& owner, const std::atomic<bool>& may_run) : owner_(owner), may_run_(may_run) {}

  // Room for a header, valid until the next flush. May flush first, so it comes before `add`.
  std::uint8_t* header(std::size_t length);
  // Before the first packet of a round. `now_ms` is of the plane's clock; `watched`: tell the owner of each packet.
  void begin(std::uint64_t now_ms, bool watched) {
    now_ms_ = now_ms;
    watched_ = watched;
  }
  void add(const Outgoing& packet);
  void flush();
  const OutboxCounts& counts() const { return counts_; }

 private:
  static constexpr std::size_t kMessages = 512;
  static constexpr std::size_t kPieces = 8192;
  static constexpr std::size_t kHeaders = 1 << 16;
  static constexpr std::size_t kMostSegments = 64;
  static constexpr std::size_t kMostBytes = 65000;
  static constexpr std::uint16_t kEnd = UINT16_MAX;
  static constexpr std::size_t kHints = 256;

  struct Piece {
    Span span;
    // Of the whole packet, in its first piece; elsewhere kInside.
    std::size_t payload;
    std::uint16_t next;
  };
  static constexpr std::size_t kInside = SIZE_MAX;

  struct Message {
    int descriptor;
    const SocketAddress* to;
    const Relay* relay;
    Towards towards;
    std::uint8_t tos;
    // No further packet may join.
    bool full;
    std::uint16_t first_piece;
    std::uint16_t last_piece;
    // The next one of the same socket.
    std::uint16_t next;
    std::size_t pieces;
    std::size_t segments;
    std::size_t segment;
    std::size_t bytes;
  };

  // Where a search starts; what it finds is compared, so a wrong hint costs nothing but a shorter run.
  struct Hint {
    std::uint32_t round = 0;
    std::uint16_t index = 0;
  };

  // UDP_SEGMENT and the TOS.
  static constexpr std::size_t kControl = CMSG_SPACE(sizeof(std::uint16_t)) + CMSG_SPACE(sizeof(int));

  bool join(Message& message, const Outgoing& packet, std::size_t length);
  void append(Message& message, const Outgoing& packet, std::size_t length);
  void link_to_socket(std::uint16_t index);
  void send_socket(std::uint16_t first);
  void send_again(const Message& message, msghdr& header, int failure);
  void send_singly(const Message& message);
  bool must_split(const Message& message, int failure);
  // Fills what the system is given. `places` has room for the message's pieces.
  void describe(const Message& message, msghdr& header, iovec* places, std::uint8_t* control) const;
  void delivered(const Message& message);
  void tell(const Message& message) const;

  OutboxOwner& owner_;
  const std::atomic<bool>& may_run_;
  OutboxCounts counts_;
  std::size_t count_ = 0;
  std::size_t piece_count_ = 0;
  std::size_t header_bytes_ = 0;
  std::uint32_t round_ = 1;
  bool watched_ = false;
  std::uint64_t now_ms_ = 0;
  std::array<mmsghdr, kMessages> wire_{};
  std::array<iovec, kPieces> places_;
  alignas(cmsghdr) std::array<std::array<std::uint8_t, kControl>, kMessages> controls_{};
  std::array<Message, kMessages> messages_;
  std::array<Piece, kPieces> pieces_;
  std::array<Hint, kHints> runs_{};
  std::array<Hint, kHints> sockets_{};
  // The first message of each socket of this round, and the last one.
  std::array<std::uint16_t, kMessages> firsts_;
  std::array<std::uint16_t, kMessages> lasts_;
  std::size_t socket_count_ = 0;
  std::array<std::uint8_t, kHeaders> headers_;
};

}  // namespace turnpike
