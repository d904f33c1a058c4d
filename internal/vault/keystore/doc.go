// Package keystore keeps wrapped keys and the erasure journal, apart from the
// data that the keys open.
//
// Every key in it is wrapped (encrypted) by a key above it; the package never
// sees a clear key and could not use one. It stands on a database of its own:
// one SQLite file, keys.db, or a PostgreSQL database other than the data's.
//
// Invariants:
//
//   - Old data and an old keystore together would make an erased person
//     readable again. So the keystore lies apart from the data, is never in
//     the data's backup, and a restore takes data of any age with the present
//     keystore. [Apart] refuses a place that breaks this.
//   - A row of the erasure journal is written in the transaction that deletes
//     the key, so neither is ever seen without the other.
//   - A subject whose key was shredded never gets another: identifiers are not
//     used twice.
//   - A keystore written by a newer program is refused, not guessed at.
package keystore
