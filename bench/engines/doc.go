// Package engines holds the access matrix against policy engines of other
// makes that say the same rules in their own words: Cedar, Open Policy Agent
// and Casbin. It compares their answers, and what a decision costs. It is a
// module of its own, so that the product does not depend on them; make engines
// runs it.
//
// Invariants:
//
//   - The engines share with each other only how a question is taken apart and
//     how a set of countries is spelled out, and nothing with the matrix.
//   - Every engine gets the rules in the form in which it is quickest as far as
//     we know: a slow way of asking would flatter the matrix.
//   - A gate is compared, never asserted: a loaded machine must not turn a test
//     red.
package engines
