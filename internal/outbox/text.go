package outbox

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

//go:embed texts/*.json
var textFiles embed.FS

// texts are the sentences by language and key.
var texts = loadTexts()

func loadTexts() map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, lang := range Languages() {
		b, err := textFiles.ReadFile("texts/" + lang + ".json")
		if err != nil {
			panic(err) // embedded: cannot be
		}
		m := map[string]string{}
		if err := json.Unmarshal(b, &m); err != nil {
			panic(fmt.Errorf("outbox: texts of %s: %w", lang, err))
		}
		out[lang] = m
	}
	return out
}

// sentence is a text of a language, in English if the language is not known.
func sentence(lang, key string) string {
	m := texts[lang]
	if m == nil {
		m = texts["en"]
	}
	return m[key]
}

// Text says in a language what a notice of a kind about ref means, without a
// full stop: the line of an inbox and the subject of a mail.
func Text(k Kind, lang, ref string) string {
	return about(sentence(lang, "notice."+string(k)), ref)
}

// TextOf is Text with how it was decided.
func TextOf(k Kind, o Outcome, lang, ref string) string {
	if text := sentence(lang, "notice."+k.stored(o)); text != "" {
		return about(text, ref)
	}
	return Text(k, lang, ref)
}

// TaskText says in a language what waits for the reader.
func TaskText(k Kind, o Outcome, lang, ref string) string {
	key := "task." + k.stored(o)
	if sentence(lang, key) == "" {
		return TextOf(k, o, lang, ref)
	}
	return about(sentence(lang, key), ref)
}

// Label names a kind in the settings.
func Label(k Kind, lang string) string { return sentence(lang, "kind."+string(k)) }

func about(text, ref string) string {
	if ref == "" {
		return text
	}
	return text + " (" + ref + ")"
}

// Deadline says as people do until when something has to be done: the day,
// which both instants have in the reader's zone, and how far it is off. Empty
// without a deadline.
func Deadline(due, now time.Time, zone *time.Location, lang string) string {
	if due.IsZero() {
		return ""
	}
	due, now = due.In(zone), now.In(zone)
	days := daysBetween(now, due)
	key, n := "due.days", days
	switch {
	case due.Before(now) && days == 0:
		key = "due.passed"
	case days == 0:
		key = "due.today"
	case days == 1:
		key = "due.tomorrow"
	case days == -1:
		key = "due.yesterday"
	case days < 0:
		key, n = "due.late", -days
	}
	return fmt.Sprintf(strings.NewReplacer("{day}", day(due, lang), "{time}", due.Format("15:04"), "{n}", "%d").Replace(sentence(lang, key)), args(key, n)...)
}

// args are the numbers of a sentence about a deadline. The formatter takes any.
func args(key string, n int) []any {
	if key == "due.days" || key == "due.late" {
		return []any{n}
	}
	return nil
}

// daysBetween counts the midnights from a to b, both in one zone.
func daysBetween(a, b time.Time) int {
	d := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(d(b).Sub(d(a)) / (24 * time.Hour))
}

// day writes a day with its week day, such as "Fri 11 Dec 2026".
func day(t time.Time, lang string) string {
	week := strings.Fields(sentence(lang, "weekdays"))
	month := strings.Fields(sentence(lang, "months"))
	dot := sentence(lang, "daydot")
	return fmt.Sprintf("%s %d%s %s %d", week[t.Weekday()], t.Day(), dot, month[t.Month()-1], t.Year())
}
