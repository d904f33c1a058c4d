package schema

// The keys of a pack, by the place where they stand. docs/packs.md explains
// each; a test compares.
var (
	packKeys      = []string{"pack", "version", "title", "lists", "types"}
	optionKeyList = []string{"en", "de", "fr", "value", "tone"}
	typeKeys      = []string{
		"title", "plural", "ref", "subject", "identity", "countries", "schedule",
		"title-field", "owner", "key", "list", "import", "fields",
	}
	fieldKeys     = []string{"kind", "category", "label", "help", "required", "search", "index", "about", "show-if"}
	conditionKeys = []string{"field", "is"}
)

// Grammar returns the keys that a pack may use: by place ("pack", "option",
// "type", "field", "show-if") and, under "kind <name>", those that only fields
// of one kind take. The caller owns it.
func Grammar() map[string][]string {
	out := map[string][]string{
		"pack":    append([]string(nil), packKeys...),
		"option":  append([]string(nil), optionKeyList...),
		"type":    append([]string(nil), typeKeys...),
		"field":   append([]string(nil), fieldKeys...),
		"show-if": append([]string(nil), conditionKeys...),
	}
	for _, k := range Kinds() {
		out["kind "+k.Name()] = append([]string(nil), k.traits().keys...)
	}
	return out
}
