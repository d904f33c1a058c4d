// Package logformat is the format of a tenant's activity record: what the
// program that writes it, the server that publishes it and the customer who
// verifies it must agree on. It does no input or output.
//
// An entry says who did what to which thing, why, under which rules and with
// what outcome. It has no place for a value: fields are named, people appear
// under keyed pseudonyms, and every text is a short code without spaces. So
// erasing a person never rewrites the record (R0.1, R0.2).
//
// Invariants:
//
//   - One entry has one encoding, and [Decode] accepts that encoding only:
//     canonical JSON, members in fixed order, empty members left out.
//   - An encoding is at most [MaxEncoded] bytes, what a bundle of C2SP
//     tlog-tiles can hold.
//   - What an older release wrote, every later one decodes: the golden files
//     in testdata are added to, never edited.
//   - The package imports the standard library and golang.org/x/mod/sumdb only.
package logformat
