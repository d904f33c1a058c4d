// Package session reads and writes what lets a user in: sessions, API tokens,
// one-time links, and the count of password guesses.
//
// Secrets reach it as hashes only. What has been used, signed out or revoked
// is deleted at once; the activity record remembers that it was.
package session
