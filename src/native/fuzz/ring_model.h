#pragma once

#include <cstddef>
#include <cstdint>

// Drives the ring that carries packets up to JavaScript by the bytes of an input, beside a queue that keeps the same
// records. False if a record is lost, changed or out of order, or is refused though there is room.
bool ring_keeps_records(const std::uint8_t* bytes, std::size_t length);
