package sqlite

// Numbered turns the parameters $1, $2 ... into ?1, ?2 .... SQLite reads $1 as
// a name, and a driver may then bind by order of first appearance, which
// silently swaps the values of SELECT $2, $1. Text within quotes and comments
// stays as it is.
func Numbered(q string) string {
	b := []byte(q)
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '\'' || c == '"':
			i = skipTo(b, i+1, string(c))
		case c == '-' && i+1 < len(b) && b[i+1] == '-':
			i = skipTo(b, i+2, "\n")
		case c == '/' && i+1 < len(b) && b[i+1] == '*':
			i = skipTo(b, i+2, "*/")
		case c == '$' && i+1 < len(b) && b[i+1] >= '0' && b[i+1] <= '9':
			b[i] = '?'
		}
	}
	return string(b)
}

// skipTo returns the index of the last byte of the next occurrence of end, or
// the end of the text.
func skipTo(b []byte, from int, end string) int {
	for i := from; i+len(end) <= len(b); i++ {
		if string(b[i:i+len(end)]) == end {
			return i + len(end) - 1
		}
	}
	return len(b)
}
