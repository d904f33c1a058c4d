// Package guard holds the rules of the house as tests: who may import whom and
// why not, calls that are allowed in one place only, sizes, words,
// dependencies, and the worlds that must stay closed. It has no code of its
// own; a rule that matters is a test, not a page that nobody reads.
//
// Every rule names its reason, and the failure says where to go instead.
package guard
