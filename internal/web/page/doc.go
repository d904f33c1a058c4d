// Package page holds the typed view model of every page: what a template may
// show, already decided, translated where it is data, and safe to print.
//
// Invariants:
//
//   - A view model holds only what its viewer may see. A withheld value is not
//     in it, not even hidden.
//   - Title never holds a value of a field: it ends up in histories and tabs.
//   - Every zero value renders: a template never fails on a missing part.
package page
