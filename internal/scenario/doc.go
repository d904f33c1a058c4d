// Package scenario is for tests that tell a story: it starts the real server
// on either engine, acts as many people over HTTP, and runs the plain-text
// scripts of the folder scenarios, whose names are promises.
//
// Invariants:
//
//   - Everything goes through the listener that users go through; a scenario
//     has no way round the door. Only workspaces and users are made by the
//     operator's means.
//   - A script runs on every engine, each time in an empty installation.
package scenario
