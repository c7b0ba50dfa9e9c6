#include "sandbox/slots.h"

#include <gtest/gtest.h>

#include "document/limits.h"

namespace docmill {
namespace {

TEST(Slots, AreAsWantedWhereMemoryIsPlenty) {
  const Slots slots = fit_slots(8, 1 * GiB, 64 * GiB);
  EXPECT_EQ(slots.count, 8U);
  EXPECT_EQ(slots.child_memory_bytes_max, 1 * GiB);
}

TEST(Slots, ChildrenGetLessBeforeSlotsAreFewer) {
  const Slots slots = fit_slots(4, 1 * GiB, 2 * GiB);
  EXPECT_EQ(slots.count, 4U);
  EXPECT_LT(slots.child_memory_bytes_max, 1 * GiB);
  EXPECT_GE(slots.child_memory_bytes_max, 256 * MiB);
}

TEST(Slots, AreFewerWhereChildrenWouldGetTooLittle) {
  const Slots slots = fit_slots(16, 1 * GiB, 1 * GiB);
  EXPECT_EQ(slots.count, 3U);
  EXPECT_GE(slots.child_memory_bytes_max, 256 * MiB);
}

TEST(Slots, StayWithinFourFifthsOfTheMemory) {
  for (std::uint64_t memory = 512 * MiB; memory <= 64 * GiB; memory += 300 * MiB)
    for (const std::uint32_t wanted : {1U, 2U, 7U, 64U}) {
      const Slots slots = fit_slots(wanted, 1 * GiB, memory);
      EXPECT_LE(slots.count * slots.child_memory_bytes_max, memory / 10 * 8) << memory << " " << wanted;
      EXPECT_LE(slots.count, wanted);
    }
}

TEST(Slots, OneAlwaysStarts) {
  const Slots slots = fit_slots(4, 1 * GiB, 16 * MiB);
  EXPECT_EQ(slots.count, 1U);
  EXPECT_EQ(slots.child_memory_bytes_max, 256 * MiB);
}

TEST(Slots, SmallChildrenAreTakenAtTheirWord) {
  const Slots slots = fit_slots(4, 64 * MiB, 1 * GiB);
  EXPECT_EQ(slots.count, 4U);
  EXPECT_EQ(slots.child_memory_bytes_max, 64 * MiB);
}

TEST(Slots, SomeMemoryIsGranted) {
  EXPECT_GT(memory_granted_bytes(), 16 * MiB);
  EXPECT_LT(memory_granted_bytes(), 1024 * 1024 * GiB);
}

}  // namespace
}  // namespace docmill
