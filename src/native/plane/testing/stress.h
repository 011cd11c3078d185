// What several threads do to the plane and to its parts at once. Each runs a part of the proof and ends the program if
// something does not hold; the sanitizers watch meanwhile.
#pragma once

void stress_tables();
void stress_buckets();
void stress_ring();
// The whole plane: packets through its sockets, while relays and rules come and go.
void stress_plane();
// By itself: when a lane pauses.
void check_pacer();
