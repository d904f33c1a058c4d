// Package proposal takes changes of a tenant's configuration from a draft to a
// version in force: draft, simulated, approved by a second person, active at a
// time; going back to an earlier version is a change like any other (R14.10).
//
// Invariants:
//
//   - A version in force comes from here, from the tenant's creation or from
//     nowhere. Whoever approves is another person than the author and than
//     everybody who edited, by identity and not by role (R0.1). The one
//     exception is solo mode (R14.13): it waits a day, tells the owner and
//     stays marked.
//   - What is approved is what was simulated: the same revision of the
//     document against the version in force. If either has moved on, the
//     change goes back to be simulated again.
//   - Every transition writes its entry in the transaction that makes it, with
//     the state before and after, the number of the change and the digest of
//     its document (R0.1). An entry that cannot be written stops the
//     transition (R0.3).
//   - Putting into force is one transaction: version, origin, state and entry,
//     or none of them. It is judged anew at its time, and can be interrupted
//     anywhere and run again.
//   - Titles and reasons are sealed. Simulations hold counts and references,
//     no values.
package proposal
