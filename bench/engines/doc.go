// Package engines holds the access matrix against policy engines of other
// makes that say the same rules in their own words: Cedar, Open Policy Agent
// and Casbin. It compares their answers, and what a decision costs. It is a
// module of its own, so that the product does not depend on them; make engines
// runs it.
//
// Invariants:
//
//   - Open Policy Agent judges the rules as they are written, by a program in
//     its own language; Cedar and Casbin judge permissions and prohibitions
//     that the rules are taken apart into. So one mistake cannot hide in all.
//   - A gate is compared, never asserted: a loaded machine must not turn a test
//     red.
package engines
