package sqlite

import (
	"errors"
	"strconv"

	modernc "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"bailiwick/internal/store"
)

// failure turns an error of SQLite into a store.Failure. SQLite's messages
// name tables and columns, not values; the text is kept for the errors of a
// statement itself, where it helps, and dropped elsewhere.
func failure(err error) error {
	var e *modernc.Error
	if err == nil || !errors.As(err, &e) {
		return err
	}
	f := &store.Failure{Kind: kind(e.Code()), Code: "sqlite " + strconv.Itoa(e.Code())}
	if e.Code() == lib.SQLITE_ERROR {
		f.Detail = e.Error()
	}
	return f
}

func kind(code int) store.Kind {
	switch code {
	case lib.SQLITE_CONSTRAINT_UNIQUE, lib.SQLITE_CONSTRAINT_PRIMARYKEY, lib.SQLITE_CONSTRAINT_ROWID:
		return store.Unique
	case lib.SQLITE_CONSTRAINT_FOREIGNKEY:
		return store.ForeignKey
	case lib.SQLITE_CONSTRAINT_CHECK, lib.SQLITE_CONSTRAINT_NOTNULL, lib.SQLITE_CONSTRAINT_DATATYPE:
		return store.Check
	case lib.SQLITE_CONSTRAINT_TRIGGER:
		return store.Forbidden
	}
	switch code & 0xff {
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return store.Busy
	case lib.SQLITE_READONLY:
		return store.ReadOnly
	case lib.SQLITE_CANTOPEN, lib.SQLITE_IOERR, lib.SQLITE_FULL:
		return store.Unreachable
	}
	return store.Other
}
