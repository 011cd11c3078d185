// A hash table that one thread changes while others read it, without locks.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "address.h"
#include "epochs.h"

namespace turnpike {

// Whole numbers as keys: clients choose those of their channels, so this is keyed too.
inline std::uint64_t hash_of(std::uint32_t key) {
  Address address;
  std::memcpy(address.ip.data(), &key, sizeof(key));
  return hash_of(address);
}

// `Entry` has `key()` and never changes once it is in; `hash_of(key)` is found by its namespace. The table does not own what it
// holds for readers: what is taken out goes to `Epochs`, what is left when the table dies is deleted with it.
template <class Key, class Entry>
class Table {
 public:
  Table() = default;
  ~Table() {
    const Slots* slots = slots_.load(std::memory_order_relaxed);
    visit_all(slots, [](const Entry& entry) { delete &entry; });
    delete slots;
  }
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  // Any thread that is inside of its epoch; null if there is none.
  const Entry* find(const Key& key) const {
    const Slots* slots = slots_.load(std::memory_order_acquire);
    if (slots == nullptr) return nullptr;
    for (std::size_t i = hash_of(key) & slots->mask;; i = (i + 1) & slots->mask) {
      const Entry* entry = slots->at[i].load(std::memory_order_acquire);
      if (entry == nullptr) return nullptr;
      if (entry != gone() && entry->key() == key) return entry;
    }
  }

  // The rest is the writer's. An entry with the same key is replaced.
  void put(Epochs& epochs, std::unique_ptr<Entry> entry) {
    const Key key = entry->key();
    if (std::atomic<Entry*>* old = slot_of(key)) {
      epochs.retire(old->exchange(entry.release(), std::memory_order_acq_rel));
      return;
    }
    make_room(epochs);
    Slots* slots = slots_.load(std::memory_order_relaxed);
    std::size_t i = hash_of(key) & slots->mask;
    while (slots->at[i].load(std::memory_order_relaxed) != nullptr) i = (i + 1) & slots->mask;
    slots->at[i].store(entry.release(), std::memory_order_release);
    used_++;
    count_++;
  }

  void remove(Epochs& epochs, const Key& key) {
    std::atomic<Entry*>* slot = slot_of(key);
    if (slot == nullptr) return;
    epochs.retire(slot->exchange(gone(), std::memory_order_acq_rel));
    count_--;
  }

  void clear(Epochs& epochs) {
    Slots* old = slots_.exchange(nullptr, std::memory_order_acq_rel);
    visit_all(old, [&](const Entry& entry) { epochs.retire(const_cast<Entry*>(&entry)); });
    epochs.retire(old);
    used_ = count_ = 0;
  }

  std::size_t size() const { return count_; }

  template <class Visit>
  void for_each(Visit visit) const {
    visit_all(slots_.load(std::memory_order_relaxed), visit);
  }

 private:
  struct Slots {
    explicit Slots(std::size_t size) : mask(size - 1), at(new std::atomic<Entry*>[size]()) {}
    std::size_t mask;
    std::unique_ptr<std::atomic<Entry*>[]> at;
  };
  static constexpr std::size_t kSmallest = 4;

  template <class Visit>
  static void visit_all(const Slots* slots, Visit visit) {
    for (std::size_t i = 0; slots != nullptr && i <= slots->mask; i++) {
      const Entry* entry = slots->at[i].load(std::memory_order_relaxed);
      if (entry != nullptr && entry != gone()) visit(*entry);
    }
  }

  // Marks a place whose entry was taken out: searches go on behind it.
  static Entry* gone() { return reinterpret_cast<Entry*>(alignof(Entry)); }

  std::atomic<Entry*>* slot_of(const Key& key) const {
    const Slots* slots = slots_.load(std::memory_order_relaxed);
    if (slots == nullptr) return nullptr;
    for (std::size_t i = hash_of(key) & slots->mask;; i = (i + 1) & slots->mask) {
      const Entry* entry = slots->at[i].load(std::memory_order_relaxed);
      if (entry == nullptr) return nullptr;
      if (entry != gone() && entry->key() == key) return &slots->at[i];
    }
  }

  // At least a quarter of the places is empty, so that every search ends.
  void make_room(Epochs& epochs) {
    Slots* old = slots_.load(std::memory_order_relaxed);
    if (old != nullptr && (used_ + 1) * 4 <= (old->mask + 1) * 3) return;
    std::size_t size = kSmallest;
    while ((count_ + 1) * 2 > size) size *= 2;
    auto* fresh = new Slots(size);
    for_each([&](const Entry& entry) {
      std::size_t i = hash_of(entry.key()) & fresh->mask;
      while (fresh->at[i].load(std::memory_order_relaxed) != nullptr) i = (i + 1) & fresh->mask;
      fresh->at[i].store(const_cast<Entry*>(&entry), std::memory_order_relaxed);
    });
    slots_.store(fresh, std::memory_order_release);
    epochs.retire(old);
    used_ = count_;
  }

  std::atomic<Slots*> slots_{nullptr};
  // Places that are not empty, and those of them that hold an entry.
  std::size_t used_ = 0;
  std::size_t count_ = 0;
};

}  // namespace turnpike
