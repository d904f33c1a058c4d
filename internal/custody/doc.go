// Package custody is the one door: the only package that turns stored bytes
// into clear customer data and back. Pages, the API, imports, exports,
// searches and charts all come through here, so what the matrix says holds at
// every exit.
//
// Invariants:
//
//   - Every function that reads or changes customer data takes the Actor who
//     asks. There is no unscoped form.
//   - A block that a viewer may not see is never decrypted. What is withheld
//     looks the same whether it is filled or empty.
//   - A row that is hidden from a viewer does not exist for that viewer: not
//     in counts, cursors, orders or errors.
//   - An act and its entry in the activity record commit in one transaction;
//     if the entry cannot be written the act does not happen (R0.3).
//   - No error, log line or entry holds a value.
package custody
