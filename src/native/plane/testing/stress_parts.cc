#include <atomic>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "../table.h"
#include "../token_bucket.h"
#include "../up_ring.h"
#include "check.h"
#include "stress.h"

namespace {

using namespace turnpike;

constexpr std::uint32_t kMoving = 200;
// Keys above these are in the table all the time.
constexpr std::uint32_t kStable = 1000;
constexpr std::uint32_t kStableCount = 20;
constexpr std::uint32_t kSeal = 0x5eedbeef;

struct Sealed {
  explicit Sealed(std::uint32_t number) : number_(number), seal(number ^ kSeal) {}
  ~Sealed() { seal = 0; }
  std::uint32_t key() const { return number_; }
  std::uint32_t number_;
  std::uint32_t seal;
};

using Random = std::minstd_rand;

std::uint32_t below(Random& random, std::uint32_t end) { return static_cast<std::uint32_t>(random() % end); }

using SealedTable = Table<std::uint32_t, Sealed>;

void look_up(const SealedTable& table, Epochs& epochs, std::size_t reader, const std::atomic<bool>& done) {
  Random random(static_cast<std::uint32_t>(reader) + 1);
  while (!done.load()) {
    epochs.enter(reader);
    for (int i = 0; i < 20; i++) {
      const std::uint32_t key = below(random, kMoving);
      const Sealed* found = table.find(key);
      CHECK(found == nullptr || (found->key() == key && found->seal == (key ^ kSeal)));
      const std::uint32_t stable = kStable + below(random, kStableCount);
      const Sealed* kept = table.find(stable);
      CHECK(kept != nullptr && kept->seal == (stable ^ kSeal));
    }
    epochs.leave(reader);
  }
}

void push_all(UpRing& ring, std::uint32_t count) {
  Random random(7);
  std::vector<std::uint8_t> payload(700);
  for (std::uint32_t id = 0; id < count; id++) {
    const std::size_t length = below(random, 700);
    std::memset(payload.data(), static_cast<int>(id & 0xff), length);
    UpHead head;
    head.id = id;
    const Span pieces[] = {{payload.data(), length / 3}, {payload.data() + length / 3, length - length / 3}};
    while (!ring.push(head, pieces, 2)) std::this_thread::yield();
  }
}

}  // namespace

void stress_tables() {
  constexpr std::size_t kReaders = 3;
  Epochs epochs(kReaders);
  SealedTable table;
  for (std::uint32_t i = 0; i < kStableCount; i++) table.put(epochs, std::make_unique<Sealed>(kStable + i));
  std::atomic<bool> done{false};
  std::vector<std::thread> readers;
  for (std::size_t i = 0; i < kReaders; i++)
    readers.emplace_back([&, i] { look_up(table, epochs, i, done); });
  Random random(42);
  for (int i = 0; i < 100'000; i++) {
    const std::uint32_t key = below(random, kMoving);
    if (below(random, 2) == 0)
      table.put(epochs, std::make_unique<Sealed>(key));
    else
      table.remove(epochs, key);
    CHECK(table.size() >= kStableCount && table.size() <= kStableCount + kMoving);
    if (below(random, 50) == 0) epochs.reclaim();
  }
  done.store(true);
  for (std::thread& reader : readers) reader.join();
  std::size_t count = 0;
  table.for_each([&](const Sealed& one) { count += one.seal == (one.key() ^ kSeal) ? 1 : 0; });
  CHECK(count == table.size());
  table.clear(epochs);
  CHECK(table.size() == 0 && table.find(kStable) == nullptr);
}

void stress_buckets() {
  // In one moment a bucket gives what it holds, whoever asks; a second later it is full again.
  constexpr int kTokens = 2000;
  TokenBucket bucket(kTokens);
  for (int second = 10; second < 20; second++) {
    std::atomic<int> taken{0};
    std::vector<std::thread> takers;
    for (int i = 0; i < 3; i++)
      takers.emplace_back([&] {
        while (bucket.take(1, second)) taken.fetch_add(1);
      });
    for (std::thread& taker : takers) taker.join();
    CHECK(taken.load() == kTokens);
  }
}

void stress_ring() {
  constexpr std::uint32_t kRecords = 30'000;
  UpRing ring(1 << 12);
  std::thread writer([&] { push_all(ring, kRecords); });
  Random random(8);
  std::vector<std::uint8_t> out(4096);
  for (std::uint32_t next = 0; next < kRecords;) {
    const std::size_t taken = ring.take(out.data(), 800 + below(random, 3296));
    for (std::size_t at = 0; at < taken; next++) {
      UpHead head;
      std::memcpy(&head, out.data() + at, sizeof head);
      CHECK(head.id == next && head.length % 8 == 0 && at + head.length <= taken);
      for (std::size_t i = 0; i < head.payload; i++) CHECK(out[at + sizeof head + i] == (next & 0xff));
      at += head.length;
    }
    if (taken == 0) std::this_thread::yield();
  }
  writer.join();
  CHECK(ring.empty());
}
