// What of a datagram is let through to OpenSSL.
#pragma once

#include <cstddef>
#include <cstdint>

#include "datagram_bio.h"

namespace turnpike {

// The records (RFC 6347 4.1) that a peer may send in this state; the others are left out without a word. Anybody who
// forges the peer's address can send any record, and OpenSSL 3.5 ends a connection for some that it cannot authenticate:
// an encrypted one that is shorter than its nonce and tag is "record layer failure".
Datagram admissible_records(const std::uint8_t* datagram, std::size_t length, bool connected);

}  // namespace turnpike
