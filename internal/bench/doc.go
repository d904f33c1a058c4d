// Package bench is for the figures that docs/performance.md publishes: it
// measures the goals of performance against their raw floors and is run by
// make bench. It is used by tests only.
//
// Invariants:
//
//   - A figure is a ratio to a floor measured in the same run, in turns
//     (floor, ours, floor, ours ...), because the machine is never ours alone;
//     what is printed is the median of the rounds' ratios with the least and
//     the greatest.
//   - The floor does the same work through the same driver without policy,
//     encryption and record: a hand-written program of the same data.
//   - A gate is compared, never asserted: a loaded machine must not turn a test
//     red. Without -rounds everything runs once, as a test that it still runs.
package bench
