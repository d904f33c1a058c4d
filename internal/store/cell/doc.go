// Package cell is the driver of internal/store for an installation with
// several places for data: it finds the cell of a tenant in the directory and
// hands the call to the engine there.
//
// Invariants:
//
//   - The bytes of a tenant are in the one cell that its row of the directory
//     names, for good. A row without a cell means the home store, which also
//     holds the directory.
//   - A cell that is not configured, or is configured for another region than
//     the tenant's row names, is never replaced by another: the call fails
//     (R14.11, fail closed).
//   - A cell is opened when it is first needed and tried again after a failure,
//     so that one that is down keeps neither the program from starting nor
//     other tenants waiting.
package cell
