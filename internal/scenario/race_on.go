//go:build race

package scenario

// raceEnabled says that the program is to be built with the race detector too.
const raceEnabled = true
