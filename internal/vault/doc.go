// Package vault turns clear content into sealed content and back, and
// destroys keys.
//
// A root keeper wraps a key-encryption key per tenant and epoch (KEK); the KEK
// wraps the tenant's keys (content, blind tokens, message authentication,
// secrets) and the key of every subject. What is about a person is sealed
// under that person's key, so that destroying the key (Shred) makes it
// unreadable wherever its bytes still lie. What is about no one is sealed
// under the tenant's content key. Wrapped keys live in the keystore, apart
// from the data (internal/vault/keystore).
//
// The vault has two doors, and no third:
//
//   - [Vault.Open] is for the content of records; [Vault.OpenTo] and
//     [Reader.OpenTo] are the same door for many blocks. It demands an access
//     decision that allows an operation on the very category of the block;
//     only internal/custody calls it.
//   - [Vault.OpenSecret] is for user profiles, credentials, signing keys and
//     the like; only an allow-list of packages calls it.
//
// Invariants:
//
//   - Sealed content opens only where it was sealed: tenant, record, subject,
//     category, revision, slot, format and key version are all authenticated.
//   - Every kind of key use has a key of its own, derived under its own label.
//   - No key is used more than a minute after it was read, by the injected
//     clock; a shredded one not at all in the process that shredded it.
//   - After Shred has returned, the erasure journal names the subject.
//   - No clear content and no key is ever part of an error.
//
// AES-256-GCM with random nonces allows 2^32 seals under one key (NIST SP
// 800-38D). A subject's key never comes near; the tenant's content key would
// after four thousand million writes.
package vault
