// Package browsertest drives a real Chromium through the pages as people use
// them: it finds things by their label, role and name, never by a selector of
// the markup, checks accessibility with axe, and takes screenshots.
//
// Invariants:
//
//   - A page that writes to the console, breaks the content security policy or
//     throws fails its test.
//   - axe runs in an isolated world: the page's policy stays as strict as it is
//     for users.
//   - The protocol library is used here only.
//
// Chromium is taken from $CHROMIUM or the usual places, axe from node_modules
// beside this file ("npm ci" puts it there). A test without them is skipped
// unless BAILIWICK_REQUIRE names "chromium" or "axe".
package browsertest
