// Package identity says who asks: users of a tenant, how they sign in, their
// sessions and API tokens. It makes the Actors of people; nobody else does.
//
// Invariants:
//
//   - A session, link or token belongs to one tenant and is worth nothing in
//     another (R8.2); its secret is stored only as a hash.
//   - Names and e-mail addresses are sealed; an address is found by a keyed
//     MAC. Neither appears in the activity record or in an error.
//   - There is no default password. A tenant without users is opened with a
//     first-run link that the operator prints.
//   - The answer to a wrong password does not depend on whether the account
//     exists: same bytes, same work.
//   - Disabling a user, changing the roles or the password ends all sessions
//     in the same transaction (R8.4).
//   - Every change writes its ledger entry in the same transaction (R0.3).
package identity
