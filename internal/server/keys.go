package server

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Key describes one key of Config, for the command line, for "config print"
// and for docs/config.md.
type Key struct {
	Name    string // flag without dashes, key of the file
	Default string
	Help    string
	Secret  bool // masked when printed; has a _FILE twin in the environment
	index   int
}

// Keys lists every key in the order of Config.
func Keys() []Key {
	t := reflect.TypeFor[Config]()
	out := make([]Key, t.NumField())
	for i := range out {
		tag := t.Field(i).Tag
		out[i] = Key{Name: tag.Get("name"), Default: tag.Get("default"), Help: tag.Get("help"), Secret: tag.Get("secret") == "true", index: i}
	}
	return out
}

// Variable is the environment variable of the key.
func (k Key) Variable() string {
	return "BAILIWICK_" + strings.ToUpper(strings.ReplaceAll(k.Name, "-", "_"))
}

// Value is the key's value in c, as text.
func (k Key) Value(c *Config) string {
	switch v := reflect.ValueOf(c).Elem().Field(k.index).Interface().(type) {
	case string:
		return v
	case []string:
		return strings.Join(v, ",")
	case time.Duration:
		return v.String()
	default:
		return fmt.Sprint(v)
	}
}
