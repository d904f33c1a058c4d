package web

func init() {
	composed = append(composed, "verb.", "permission.", "grant.", "kind.", "flag.", "types.choice.", "settings.")
}
