#pragma once

#include <cstdio>
#include <cstdlib>

// Ends the program with the line that did not hold.
#define CHECK(what) ((what) ? void() : (std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what), std::abort()))
