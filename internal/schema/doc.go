// Package schema is for application packs: it reads them, checks them, and
// validates, compares and prints the values of their fields.
//
// A pack is a YAML file that describes record types; docs/packs.md explains
// every key. A type has fields, a field has a kind (one file kind_<x>.go each)
// and exactly one data category (R14.1).
//
// Invariants:
//
//   - The package is pure: no input, no output, no clock. Whatever is variable
//     is an argument.
//   - A [Value] is canonical JSON: two equal values are equal bytes.
//   - No error, violation or printed form contains a value of a customer; they
//     name a field, a rule and the rule's limits.
//   - A parsed pack is complete: every field has a category, every type a
//     retention schedule, everything a person reads a label in every language
//     of [Languages], and content about a person names the person it is about.
//   - Parsed packs are immutable; any number of goroutines may read them.
package schema
