// Package demo is for the first five minutes: it fills a fresh installation
// with three fictional customers, their people, risks, incidents, controls and
// vulnerabilities, through the same doors that users go through.
//
// Invariants:
//
//   - Every record is saved by a signed-in user of the customer, so what the
//     demo shows is what the customer's own rules allow.
//   - The content is fictional: names are combined from lists, addresses use
//     reserved domains, and the same seed makes the same content.
package demo
