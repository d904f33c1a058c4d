// Package record holds the SQL of records: the packed rows, their earlier
// revisions, and the rows by which they are found.
//
// Invariants:
//
//   - The package sees opaque bytes: what a packed row holds is known to
//     internal/custody alone.
//   - Every selection names the country sets that the viewer may see, so that
//     a hidden row is left out by the database: it is in no count, no page and
//     no cursor.
package record
