// Package bailiwick is the vocabulary of the product: the nouns that every
// other package speaks in, and nothing else.
//
// Bailiwick is a multi-tenant platform for enterprise applications that keeps
// a published privacy policy by construction. A provider runs applications
// for many customers (tenants). Every field of every record type has a data
// category, and two matrices say, country by country, where a category may be
// filled in (Populate) and by whom it may be seen (Access).
//
// The house has one door. The package internal/custody is the only one that
// turns stored bytes into clear customer data and back; everywhere else the
// content of customers is a [Sealed]. Rules are pure functions over values
// (internal/access, internal/schema); input and output stand around them.
//
// Invariants of this package:
//
//   - It imports the standard library only, so that anything may import it.
//   - The zero value of every type is harmless: a zero [Actor] is nobody, a
//     zero [Country] is unknown, a zero identifier names nothing.
//   - No value of a customer appears in an [Error], in a log line, or in the
//     printed form of a [Sealed].
package bailiwick
