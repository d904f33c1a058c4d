// Package web is the face for people: server-rendered pages of the tenant
// hosts and of the public host. A handler turns a request into one call of a
// feature and its answer into a typed view model of package page; a template
// prints that.
//
// Invariants:
//
//   - What a page shows comes from internal/custody or internal/identity for
//     the actor who asks. This package decides nothing about visibility and
//     never sees ciphertext.
//   - No page holds an inline script, an inline style or an address of a third
//     party; every page works without JavaScript.
//   - No personal value is ever part of an address: free text and filters on
//     sealed fields travel in the body of a POST and lie behind a sealed view.
//   - Every sentence comes from the catalogue of package i18n.
//   - A handler that returns an error has written nothing.
package web
