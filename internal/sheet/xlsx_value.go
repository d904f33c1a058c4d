package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// numberText writes a number as plain digits, with the 15 digits that
// spreadsheet programs keep: 0.30000000000000004 is 0.3, 1E3 is 1000.
func numberText(raw string) (string, error) {
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return "", broken()
	}
	f, _ = strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64)
	if f == 0 {
		return "0", nil
	}
	if a := math.Abs(f); a >= 1e21 || a < 1e-15 {
		return strconv.FormatFloat(f, 'g', -1, 64), nil
	}
	return strconv.FormatFloat(f, 'f', -1, 64), nil
}

// The days between which dates are told: 1 January 1900 and the end of 9999.
const (
	firstDay = 1
	lastDay  = 2958466
)

// dateText turns days since the beginning of a spreadsheet's time into ISO
// form: a date, with the time of the day where there is one, or a time alone.
// It is false for numbers that are no date.
func dateText(raw string, since1904 bool) (string, bool) {
	days, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsNaN(days) || days < 0 || days >= lastDay {
		return "", false
	}
	if since1904 {
		days += 1462
	}
	seconds := int64(math.Round(days * 86400))
	whole, rest := seconds/86400, seconds%86400
	clock := time.Unix(rest, 0).UTC()
	if whole < firstDay {
		return clock.Format("15:04:05"), true
	}
	if whole == 60 && !since1904 {
		return "", false // 29 February 1900, which never was
	}
	if whole < 60 {
		whole++ // before the day that never was
	}
	day := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(whole)).Add(time.Duration(rest) * time.Second)
	if rest == 0 {
		return day.Format(time.DateOnly), true
	}
	return day.Format("2006-01-02T15:04:05"), true
}

// dayNumber is the number of a date in a spreadsheet; false for what is no date
// that every program shows alike.
func dayNumber(iso string) (string, bool) {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil || t.Year() < 1901 {
		return "", false
	}
	return strconv.FormatInt(int64(t.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours())/24, 10), true
}

// plainNumber reports whether a spreadsheet program keeps a number as it is
// written: at most 15 digits, no needless zero, no exponent.
func plainNumber(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if whole == "" || len(whole)+len(fraction) > 15 || (len(whole) > 1 && whole[0] == '0') {
		return false
	}
	if point && (fraction == "" || fraction[len(fraction)-1] == '0') || s == "-0" {
		return false
	}
	for _, c := range whole + fraction {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
