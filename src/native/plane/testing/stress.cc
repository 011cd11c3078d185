#include "stress.h"

#include <cstdio>

int main() {
  check_pacer();
  stress_tables();
  stress_buckets();
  stress_ring();
  stress_plane();
  std::puts("holds");
  return 0;
}
