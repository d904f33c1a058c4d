// Package outbox tells people what happened or waits for them: in the inbox of
// the product and by mail.
//
// Invariants:
//
//   - What is told holds references and paths, never values: no name, no
//     title, no reason. Who follows the link is judged there.
//   - A notice is written in the transaction of the act that it is about.
//   - Secrets of links lie sealed until their mail is handed over, and are gone
//     afterwards.
//   - One mail per addressee. It is handed over at least once unless given up,
//     and twice only if the process dies between the server's answer and the
//     deletion of the row; both copies then have the same Message-ID.
package outbox
