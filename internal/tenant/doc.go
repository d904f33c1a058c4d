// Package tenant keeps the customers of the provider: their names and hosts in
// the directory, and in each customer's own store the versions of its
// configuration (applications, rules, roles, legal entities, settings).
//
// Invariants:
//
//   - A tenant is found by host name only, never by a header, path, token or
//     form field (R8.1). An unknown, malformed, reserved or half made host gets
//     the same answer by the same single lookup.
//   - A tenant is served only when it is complete: store, keys and first
//     configuration exist. A creation that was cut off is finished by creating
//     the same slug again.
//   - A configuration version never changes once written. Numbers of types and
//     fields are given once and never given to another (stored records name
//     them by number).
//   - Nothing here is content of records; the directory holds the customer's
//     name, slug and hosting place and nothing else.
package tenant
