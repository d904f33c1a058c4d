package sheet

import (
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// toUTF8 turns a text in Windows-1252 into UTF-8. It leaves alone what is UTF-8
// already and what can be neither: bytes that Windows-1252 does not use, NUL,
// a byte-order mark, or letters beyond ASCII that are valid UTF-8, for then the
// file is UTF-8 with a fault and a guess would spoil it.
func toUTF8(data []byte) []byte {
	if utf8.Valid(data) {
		return data
	}
	for i := 0; i < len(data); {
		switch data[i] {
		case 0, 0x81, 0x8d, 0x8f, 0x90, 0x9d:
			return data
		}
		r, n := utf8.DecodeRune(data[i:])
		if n > 1 && r != utf8.RuneError {
			return data
		}
		i += n
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil {
		return data
	}
	return out
}
