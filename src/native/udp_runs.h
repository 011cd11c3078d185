// Which datagrams of a batch may leave as one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "udp_datagram.h"

namespace turnpike {

// Datagrams to one address of one size, the last of which may be shorter: what UDP_SEGMENT can send at once.
struct Run {
  std::uint32_t first;
  std::uint32_t last;
  std::uint32_t count;
  std::uint32_t size;
  std::uint32_t bytes;
  // Takes no more: a shorter one was the last, or it is full.
  bool full;
};

class Runs {
 public:
  // Follows the last record of a run.
  static constexpr std::uint32_t kEnd = UINT32_MAX;

  // Joins at most `most` datagrams, of at most `ceiling` bytes each. Datagrams to one address keep their order, those to
  // several do not: a burst that is forwarded to many guests alternates between them.
  void gather(const DatagramRecord* records, std::size_t count, std::size_t most, std::size_t ceiling);

  const std::vector<Run>& list() const { return runs_; }
  // Makes each datagram of that run a run of its own, in its place.
  void split(std::size_t index, const DatagramRecord* records);
  std::uint32_t next(std::uint32_t record) const { return next_[record]; }

 private:
  std::vector<Run> runs_;
  // The record after each, in its run.
  std::vector<std::uint32_t> next_;
  // Open addressing, by destination: its latest run, plus one.
  std::vector<std::uint32_t> latest_;
};

}  // namespace turnpike
