#include "udp_runs.h"

namespace turnpike {
namespace {

// What one UDP_SEGMENT send may hold: UDP over IPv4 has 65,507 bytes.
constexpr std::size_t kMaxBytes = 65507;

bool fits(const Run& run, const DatagramRecord& record, std::size_t most) {
  return !run.full && record.length > 0 && record.length <= run.size && run.count < most &&
         run.bytes + record.length <= kMaxBytes;
}

}  // namespace

void Runs::gather(const DatagramRecord* records, std::size_t count, std::size_t most, std::size_t ceiling) {
  runs_.clear();
  next_.assign(count, kEnd);
  std::size_t places = 16;
  while (places < 2 * count) places *= 2;
  latest_.assign(places, 0);
  for (std::uint32_t i = 0; i < count; i++) {
    const DatagramRecord& record = records[i];
    std::size_t place = hash_of(record.address) & (places - 1);
    while (latest_[place] != 0 && records[runs_[latest_[place] - 1].first].address != record.address)
      place = (place + 1) & (places - 1);
    if (latest_[place] != 0 && fits(runs_[latest_[place] - 1], record, most)) {
      Run& run = runs_[latest_[place] - 1];
      next_[run.last] = i;
      run.last = i;
      run.count++;
      run.bytes += record.length;
      run.full = record.length < run.size;
      continue;
    }
    const bool alone = record.length == 0 || record.length > ceiling;
    runs_.push_back({i, i, 1, record.length, record.length, alone});
    latest_[place] = static_cast<std::uint32_t>(runs_.size());
  }
}

void Runs::split(std::size_t index, const DatagramRecord* records) {
  std::vector<Run> pieces;
  std::uint32_t record = runs_[index].first;
  while (record != kEnd) {
    pieces.push_back({record, record, 1, records[record].length, records[record].length, true});
    const std::uint32_t next = next_[record];
    next_[record] = kEnd;
    record = next;
  }
  const auto place = runs_.begin() + static_cast<std::ptrdiff_t>(index);
  runs_.insert(runs_.erase(place), pieces.begin(), pieces.end());
}

}  // namespace turnpike
