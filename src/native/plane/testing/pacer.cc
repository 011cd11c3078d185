#include "../pacer.h"

#include "check.h"
#include "stress.h"

namespace {

constexpr double kPause = 1e-3;

// What the last of many rounds of so many packets is followed by. A lane that does not pause is woken after `gap`.
double pause_after(double most, std::size_t packets, double gap, bool asked) {
  turnpike::Pacer pacer(most);
  double now = 0;
  double pause = 0;
  for (int round = 0; round < 1000; round++) {
    now += pause;
    const double since = now;
    if (pause == 0) now += gap;
    pacer.woken(since, now);
    pause = pacer.handled(packets, asked, now);
  }
  return pause;
}

}  // namespace

// A lane pauses where packets come all the time, unless somebody waits for an answer.
void check_pacer() {
  CHECK(pause_after(kPause, 10, 250e-6, false) == kPause);
  CHECK(pause_after(kPause, 10, 250e-6, true) == 0);
  CHECK(pause_after(kPause, 1, 20e-3, false) == 0);
  CHECK(pause_after(0, 10, 250e-6, false) == 0);
}
