#include "crc32.h"

#include <array>

namespace turnpike {

namespace {

constexpr std::uint32_t kPolynomial = 0xedb88320;

using Table = std::array<std::uint32_t, 256>;

// tables[n][b]: what byte b does to the remainder when n bytes follow it.
constexpr std::array<Table, 8> tables_of_remainders() {
  std::array<Table, 8> tables{};
  for (std::uint32_t byte = 0; byte < 256; byte++) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? kPolynomial ^ value >> 1 : value >> 1;
    tables[0][byte] = value;
  }
  for (std::size_t n = 1; n < 8; n++)
    for (std::size_t byte = 0; byte < 256; byte++) {
      const std::uint32_t value = tables[n - 1][byte];
      tables[n][byte] = value >> 8 ^ tables[0][value & 0xff];
    }
  return tables;
}

constexpr std::array<Table, 8> kTables = tables_of_remainders();

std::uint32_t little_endian(const std::uint8_t* at) {
  return static_cast<std::uint32_t>(at[0]) | static_cast<std::uint32_t>(at[1]) << 8 |
         static_cast<std::uint32_t>(at[2]) << 16 | static_cast<std::uint32_t>(at[3]) << 24;
}

}  // namespace

std::uint32_t crc32(const std::uint8_t* bytes, std::size_t length) {
  std::uint32_t rest = 0xffffffff;
  for (; length >= 8; bytes += 8, length -= 8) {
    const std::uint32_t first = rest ^ little_endian(bytes);
    rest = kTables[7][first & 0xff] ^ kTables[6][first >> 8 & 0xff] ^ kTables[5][first >> 16 & 0xff] ^
           kTables[4][first >> 24] ^ kTables[3][bytes[4]] ^ kTables[2][bytes[5]] ^ kTables[1][bytes[6]] ^
           kTables[0][bytes[7]];
  }
  for (; length > 0; bytes++, length--) rest = rest >> 8 ^ kTables[0][(rest ^ *bytes) & 0xff];
  return ~rest;
}

}  // namespace turnpike
