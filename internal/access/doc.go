// Package access decides what may be filled in and what may be seen: the two
// matrices (populate, access) over data category, subject country, viewer
// country, role and purpose (clause 14 of the rules), and the permissions of
// roles on record types.
//
// A [Policy] is compiled once per configuration version into a [Matrix]. An
// actor narrows it to a [View], and the view answers with a [Decision], which
// carries its own explanation and is what opens a sealed block.
//
// The order of judgement (R14.3): any deny, else any require that is not met,
// else a mask, else an allow, else the default of the category. A more specific
// allow never beats a deny; an exception is made by narrowing the deny.
//
// Invariants:
//
//   - The package is pure: no input or output, no clock. The instant for which
//     rules are in force is an argument of [Compile].
//   - It fails closed. The zero Decision, a nil View and the view of a nobody
//     deny everything; an unknown category, country, operation or role grants
//     nothing.
//   - The order of rules, roles and countries never changes an answer, and
//     neither adding a deny nor adding a country to a subject ever widens one.
//   - An unknown country is never better off than any known one (R14.6).
//   - No value of a customer enters the package, save in [Apply].
package access
