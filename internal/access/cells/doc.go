// Package cells turns what a person sets in the cells of the matrix (a category
// by a country or a group of countries) into few rules that can be read, and
// tells which rules stand in the way.
//
// Invariants:
//
//   - The package is pure: rules in, rules out. What it returns is checked and
//     compiled like anything else that somebody writes.
//   - A rule that forbids is never weakened unless the caller names it: an
//     exception is made by narrowing the rule that forbids (R14.3).
//   - The same cells set on the same rules give the same rules with the same
//     ids; cells that differ in their country only become one rule.
//   - No rule that allows comes to hold for the unknown country unless every
//     country was asked for (R14.6).
package cells
